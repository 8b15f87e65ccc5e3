"""nginx, one process: static files, a proxy to itself, DAV, redirects, limits, variables, streams."""

import re

from services.service import Service, freePort

CONFIGURATION = """
daemon off; master_process off; worker_processes 1; error_log stderr warn; pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  # Questions end with a half-closed connection.
  proxy_ignore_client_abort on;
  default_type text/plain; types {{ text/html html; video/mp4 mp4; }}
  map $http_x_kind $kind {{ default none; ~^a(?<rest>.*) "a:$rest"; b bee; }}
  limit_req_zone $arg_who zone=who:1m rate=1000r/s;
  upstream self {{ server 127.0.0.1:{port}; keepalive 2; }}
  server {{
    listen 127.0.0.1:{port}; server_name localhost; root {folder}/www; autoindex on; autoindex_exact_size on;
    charset utf-8; etag off; add_header X-Kind $kind;
    location /old {{ return 301 /new; }}
    location /echo {{ return 200 "$request_method $uri $args $kind $is_args\\n"; }}
    location /proxy/ {{ proxy_pass http://self/; proxy_set_header Host $host; proxy_http_version 1.1; }}
    location /rewrite/ {{ rewrite ^/rewrite/(.*)x(.*)$ /echo?$2=$1 last; }}
    location /limited {{ limit_req zone=who burst=5; return 204; }}
    location /dav/ {{ dav_methods PUT DELETE MKCOL COPY MOVE; create_full_put_path on; client_max_body_size 1k; }}
    location /secret {{ auth_basic "closed"; auth_basic_user_file {folder}/users; }}
    location /ssi {{ ssi on; }}
    location /sub {{ proxy_pass http://self/page.html; proxy_hide_header X-Kind; }}
    location /deny {{ deny all; }}
    location /video {{ mp4; }}
    location /error {{ error_page 404 =200 /page.html; }}
  }}
}}
stream {{ server {{ listen 127.0.0.1:{stream}; return "stream $protocol\\n"; }} }}
"""

REQUESTS = [
    "GET /page.html", "HEAD /page.html", "GET /", "GET /missing", "GET /old/x?y=1", "GET /echo?b=2&a=1",
    "POST /echo", "GET /proxy/page.html", "GET /proxy/echo?z", "GET /proxy/missing", "GET /rewrite/onextwo",
    "GET /limited?who=me", "PUT /dav/new.txt", "PUT /dav/deep/er/new.txt", "GET /dav/new.txt", "DELETE /dav/deep/",
    "DELETE /dav/new.txt", "DELETE /dav/new.txt", "MKCOL /dav/folder/", "DELETE /dav/folder/", "GET /secret",
    "GET /ssi/part.shtml", "GET /sub", "GET /deny", "GET /video/none.mp4?start=1", "GET /error/none", "GET //page.html",
    "GET /%2e%2e/etc/passwd", "GET /../x", "GET /page.html%00", "NOSUCH /page.html", "OPTIONS /page.html",
    "TRACE /page.html", "GET page.html", "GET /echo?" + "x" * 900, "GET /echo HTTP/9",
]
HEADERS = ["Range: bytes=2-5", "Range: bytes=0-1,4-6", "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT",
           "X-Kind: abc",
           "X-Kind: b", "Transfer-Encoding: chunked", "Content-Length: x", "Connection: keep-alive, close",
           "Expect: 100-continue", "bad header", "Authorization: Basic dTpw", "Accept-Encoding: gzip"]
VOLATILE = re.compile(r"Date: [^\r]*|Last-Modified: [^\r]*|boundary=\w+|^--\d+|\d\d-\w{3}-\d{4} \d\d:\d\d|"
                      r"127\.0\.0\.1:\d+|"
                      r"localhost:\d+", re.MULTILINE)


class Nginx(Service):
    def command(self):
        www = self.folder / "www"
        for name in ("dav", "ssi", "video"):
            (www / name).mkdir(parents=True)
        (www / "page.html").write_text("<p>a red page</p>\n")
        (www / "ssi" / "part.shtml").write_text('<!--#set var="x" value="1" --><!--#echo var="x" --> '
                                                '<!--#if expr="$x = 1" -->yes'
                                                '<!--#endif --> <!--#include virtual="/page.html" -->\n')
        (self.folder / "users").write_text("u:{PLAIN}p\n")
        self.stream = freePort()
        (self.folder / "nginx.conf").write_text(
            CONFIGURATION.format(folder=self.folder, port=self.port, stream=self.stream))
        return [self.executable, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def questions(self):
        for request in REQUESTS:
            body = "body" if request.split()[0] in ("PUT", "POST") else ""
            version = "" if " HTTP/" in request else " HTTP/1.1"
            yield (f"{request}{version}\r\nHost: localhost\r\nConnection: close\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n{body}")
        for header in HEADERS:
            yield f"GET /page.html HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n"
        pair = ("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"
                "GET /page.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        yield from ("GET /page.html\r\n", "\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", pair,
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

    def ask(self, question):
        return VOLATILE.sub("-", super().ask(question.encode()))
