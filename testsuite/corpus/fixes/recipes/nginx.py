from recipe import Recipe, Target
from servers.nginx_full import NginxFull

RECIPE = Recipe(
    configure='./configure --with-cc="$CC" --with-cc-opt="$CFLAGS -Wno-error" --with-http_ssl_module '
    "--with-http_v2_module --with-http_dav_module --with-http_mp4_module --with-http_realip_module --with-mail "
    "--with-mail_ssl_module --with-stream --with-stream_ssl_module --without-http_gzip_module",
    build="make -j$JOBS",
    targets=(Target("objs/nginx", NginxFull),),
    needs=("openssl", "libssl-dev", "libpcre2-dev"),
)
