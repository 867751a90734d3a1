"""Prints the hosts of the official SDK as a JSON object, for tests/sdk.rs.

`table` is the SDK's table of regions. `clients` has the host that a client of the SDK calls, by network ("public" or "vpc") and
region. The regions are those of the table and of the arguments.
"""

import json
import sys

from alibabacloud_polardb20170801.client import Client
from alibabacloud_tea_openapi.utils_models import Config


def client(region, network):
    return Client(Config(access_key_id="id", access_key_secret="secret", region_id=region, network=network))


def main():
    table = client("cn-hangzhou", "public")._endpoint_map
    regions = list(table) + sys.argv[1:]
    clients = {
        network: {region: client(region, network)._endpoint for region in regions} for network in ("public", "vpc")
    }
    print(json.dumps({"table": table, "clients": clients}))


main()
