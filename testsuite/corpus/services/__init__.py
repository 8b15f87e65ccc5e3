"""Running programs that answer questions: the same ones, the same way, whenever they are asked."""

from services.driver import Driver
from services.lua import Lua
from services.mosquitto import Mosquitto
from services.nginx import Nginx
from services.redis import Redis
from services.servers import Dnsmasq, Haproxy, Memcached
from services.service import ServiceError

SERVICES = {"redis": Redis, "nginx": Nginx, "memcached": Memcached, "dnsmasq": Dnsmasq, "haproxy": Haproxy,
            "mosquitto": Mosquitto, "lua": Lua, "driver": Driver}

__all__ = ["SERVICES", "ServiceError"]
