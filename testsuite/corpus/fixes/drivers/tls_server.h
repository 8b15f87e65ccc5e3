/* A TLS server in the same process, with a certificate of its own making and no word of whether it is still good. */
#pragma once
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static gnutls_certificate_credentials_t tlsCredentials;

static void *serveTls(void *descriptor) {
  static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntls";
  int peer = (int)(long)descriptor, code;
  char in[2000];
  gnutls_session_t session;
  gnutls_init(&session, GNUTLS_SERVER), gnutls_set_default_priority(session);
  gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tlsCredentials), gnutls_transport_set_int(session, peer);
  while ((code = gnutls_handshake(session)) < 0 && !gnutls_error_is_fatal(code))
    ;
  if (code == 0 && gnutls_record_recv(session, in, sizeof in) > 0)
    gnutls_record_send(session, reply, strlen(reply)), gnutls_bye(session, GNUTLS_SHUT_WR);
  gnutls_deinit(session), close(peer);
  return NULL;
}

static void startTls(void) {
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  gnutls_x509_privkey_init(&key), gnutls_x509_crt_init(&certificate);
  gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
  gnutls_x509_crt_set_dn(certificate, "CN=one.test", NULL), gnutls_x509_crt_set_key(certificate, key);
  gnutls_x509_crt_set_version(certificate, 3), gnutls_x509_crt_set_serial(certificate, "\1", 1);
  gnutls_x509_crt_set_activation_time(certificate, time(NULL) - 3600);
  gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + 86400);
  gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
  gnutls_certificate_allocate_credentials(&tlsCredentials);
  gnutls_certificate_set_x509_key(tlsCredentials, &certificate, 1, key);
}
