"""Calls DescribeBatchTask and DescribeBatchTasks with the official SDK, for tests/sdk.rs. Prints each result as a line of JSON.

The first argument is a JSON object: endpoint, key, secret, token (or null), nonce (or null for a random one), batch_ids,
list (the parameters of a list, or null).
The SDK is not changed, except that a given nonce replaces the function that generates nonces.
"""

import json
import sys

from alibabacloud_polardb20170801.client import Client
from alibabacloud_polardb20170801.models import DescribeBatchTaskRequest, DescribeBatchTasksRequest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions


def call(method, request):
    try:
        response = method(request, RuntimeOptions(autoretry=False))
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
    arguments = json.loads(sys.argv[1])
    if arguments["nonce"] is not None:
        Utils.get_nonce = staticmethod(lambda: arguments["nonce"])
    client = Client(
        Config(
            access_key_id=arguments["key"],
            access_key_secret=arguments["secret"],
            security_token=arguments["token"],
            protocol="http",
            endpoint=arguments["endpoint"],
            connect_timeout=20000,
            read_timeout=20000,
        )
    )
    for batch_id in arguments["batch_ids"]:
        request = DescribeBatchTaskRequest(batch_id=batch_id)
        print(json.dumps(call(client.describe_batch_task_with_options, request)))
    if arguments["list"] is not None:
        request = DescribeBatchTasksRequest(**arguments["list"])
        print(json.dumps(call(client.describe_batch_tasks_with_options, request)))


main()
