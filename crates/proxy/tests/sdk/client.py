"""One or more calls of DescribeBatchTask by the official SDK, for tests/sdk.rs; prints what came of each as a JSON line.

The first argument is a JSON object: endpoint, key, secret, token (or null), nonce (or null for the SDK's own),
batch_ids. Nothing of the SDK is changed but, if a nonce is given, the function that makes nonces.
"""

import json
import sys

from alibabacloud_polardb20170801.client import Client
from alibabacloud_polardb20170801.models import DescribeBatchTaskRequest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions


def call(client, batch_id):
    request = DescribeBatchTaskRequest(batch_id=batch_id)
    try:
        response = client.describe_batch_task_with_options(request, RuntimeOptions(autoretry=False))
    except AlibabaCloudException as error:
        return {
            "error": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "message": error.message,
            "retry_after": error.retry_after,
            "access_denied_detail": getattr(error, "access_denied_detail", None),
        }
    return {"status": response.status_code, "body": response.body.to_map()}


def main():
    asked = json.loads(sys.argv[1])
    if asked["nonce"] is not None:
        Utils.get_nonce = staticmethod(lambda: asked["nonce"])
    client = Client(
        Config(
            access_key_id=asked["key"],
            access_key_secret=asked["secret"],
            security_token=asked["token"],
            protocol="http",
            endpoint=asked["endpoint"],
            connect_timeout=20000,
            read_timeout=20000,
        )
    )
    for batch_id in asked["batch_ids"]:
        print(json.dumps(call(client, batch_id)))


main()
