/* wolfSSL: handshakes in memory with the certificates of its tests, signed and enveloped messages, PKCS #12, GCM. */
#include "answer_text.h"

#include "wolfssl/options.h"

#include "wolfssl/openssl/evp.h"
#include "wolfssl/openssl/pkcs7.h"
#include "wolfssl/openssl/rand.h"
#include "wolfssl/ssl.h"
#include "wolfssl/wolfcrypt/aes.h"
#include "wolfssl/wolfcrypt/asn.h"
#include "wolfssl/wolfcrypt/ecc.h"
#include "wolfssl/wolfcrypt/pkcs12.h"
#include "wolfssl/wolfcrypt/pkcs7.h"
#include <stdlib.h>

static unsigned char wire[2][200000];
static int filled[2];

static int put(WOLFSSL *ssl, char *data, int size, void *side) {
  (void)ssl;
  int to = !*(int *)side;
  memcpy(wire[to] + filled[to], data, (size_t)size), filled[to] += size;
  return size;
}
static int get(WOLFSSL *ssl, char *data, int size, void *side) {
  (void)ssl;
  int at = *(int *)side;
  if (!filled[at])
    return WOLFSSL_CBIO_ERR_WANT_READ;
  size = size < filled[at] ? size : filled[at];
  memcpy(data, wire[at], (size_t)size), filled[at] -= size, memmove(wire[at], wire[at] + size, (size_t)filled[at]);
  return size;
}
static size_t file(const char *name, unsigned char *out, size_t most) {
  char path[1000];
  snprintf(path, sizeof path, "%s/%s", CERTS, name);
  FILE *in = fopen(path, "rb");
  size_t size = in ? fread(out, 1, most, in) : 0;
  if (in)
    fclose(in);
  return size;
}

static void handshake(WOLFSSL_METHOD *client, WOLFSSL_METHOD *server, const char *cert, const char *key, const char *ca,
                      const char *algorithms) {
  static int sides[2] = {0, 1};
  WOLFSSL_CTX *contexts[2] = {wolfSSL_CTX_new(client), wolfSSL_CTX_new(server)};
  WOLFSSL *ends[2];
  char path[1000], back[100] = "";
  snprintf(path, sizeof path, "%s/%s", CERTS, ca);
  wolfSSL_CTX_load_verify_locations(contexts[0], path, NULL),
      wolfSSL_CTX_load_verify_locations(contexts[1], CERTS "/client-cert.pem", NULL);
  wolfSSL_CTX_use_certificate_file(contexts[1], cert, WOLFSSL_FILETYPE_PEM),
      wolfSSL_CTX_use_PrivateKey_file(contexts[1], key, WOLFSSL_FILETYPE_PEM);
  wolfSSL_CTX_use_certificate_file(contexts[0], CERTS "/client-cert.pem", WOLFSSL_FILETYPE_PEM);
  wolfSSL_CTX_use_PrivateKey_file(contexts[0], CERTS "/client-key.pem", WOLFSSL_FILETYPE_PEM);
  wolfSSL_CTX_set_verify(contexts[1], WOLFSSL_VERIFY_PEER, NULL);
  if (algorithms)
    say("%d ", wolfSSL_CTX_set1_sigalgs_list(contexts[0], algorithms));
  filled[0] = filled[1] = 0;
  for (int i = 0; i < 2; i++) {
    wolfSSL_CTX_SetIORecv(contexts[i], get), wolfSSL_CTX_SetIOSend(contexts[i], put);
    ends[i] = wolfSSL_new(contexts[i]);
    wolfSSL_SetIOReadCtx(ends[i], &sides[i]), wolfSSL_SetIOWriteCtx(ends[i], &sides[i]);
  }
  int codes[2] = {0, 0};
  for (int i = 0; i < 12; i++) {
    if (codes[0] != WOLFSSL_SUCCESS)
      codes[0] = wolfSSL_connect(ends[0]);
    if (codes[1] != WOLFSSL_SUCCESS)
      codes[1] = wolfSSL_accept(ends[1]);
  }
  say("%d %d %d %d %s", codes[0], codes[1], wolfSSL_get_error(ends[0], codes[0]), wolfSSL_get_error(ends[1], codes[1]),
      wolfSSL_get_cipher(ends[0]));
  if (codes[0] == 1 && codes[1] == 1)
    wolfSSL_write(ends[0], "hello", 5), say(" %d", wolfSSL_read(ends[1], back, sizeof back));
  say(" %s;", back);
  for (int i = 0; i < 2; i++)
    wolfSSL_free(ends[i]), wolfSSL_CTX_free(contexts[i]);
}

static void messages(void) {
  static unsigned char cert[5000], key[5000], out[20000], back[20000], content[] = "content of a message";
  word32 certSize = (word32)file("client-cert.der", cert, sizeof cert),
         keySize = (word32)file("client-key.der", key, sizeof key);
  WC_RNG rng;
  wc_InitRng(&rng);
  PKCS7 *p = wc_PKCS7_New(NULL, INVALID_DEVID);
  wc_PKCS7_InitWithCert(p, cert, certSize);
  p->rng = &rng, p->content = content, p->contentSz = sizeof content, p->contentOID = DATA, p->hashOID = SHA256h,
  p->encryptOID = RSAk;
  p->privateKey = key, p->privateKeySz = keySize;
  int size = wc_PKCS7_EncodeSignedData(p, out, sizeof out);
  say("signed %d;", size > 0);
  wc_PKCS7_Free(p);
  const unsigned char *at = out;
  PKCS7 *signed_ = wolfSSL_d2i_PKCS7(NULL, &at, size);
  WOLFSSL_X509_STORE *store = wolfSSL_X509_STORE_new();
  say("%d ", wolfSSL_PKCS7_verify(signed_, NULL, store, NULL, NULL, PKCS7_NOVERIFY));
  WOLFSSL_STACK *signers = wolfSSL_PKCS7_get0_signers(signed_, NULL, 0);
  say("%d;", wolfSSL_sk_X509_num(signers));
  wolfSSL_sk_X509_pop_free(signers, NULL), wolfSSL_PKCS7_free(signed_);
  size = (int)file("test-degenerate.p7b", out, sizeof out), at = out;
  PKCS7 *degenerate = wolfSSL_d2i_PKCS7(NULL, &at, size);
  say("degenerate %d;", degenerate ? wolfSSL_PKCS7_verify(degenerate, NULL, store, NULL, NULL, PKCS7_NOVERIFY) : -9);
  wolfSSL_PKCS7_free(degenerate), wolfSSL_X509_STORE_free(store);
  for (int kind = 0; kind < 3; kind++) {
    static unsigned char secret[32] = {1, 2, 3};
    p = wc_PKCS7_New(NULL, INVALID_DEVID);
    wc_PKCS7_InitWithCert(p, kind == 2 ? NULL : cert, kind == 2 ? 0 : certSize);
    p->rng = &rng, p->content = content, p->contentSz = sizeof content, p->contentOID = DATA, p->privateKey = key,
    p->privateKeySz = keySize;
    p->encryptOID = kind == 1 ? AES256GCMb : AES256CBCb;
    if (kind == 2)
      p->encryptionKey = secret, p->encryptionKeySz = sizeof secret;
    size = kind == 0   ? wc_PKCS7_EncodeEnvelopedData(p, out, sizeof out)
           : kind == 1 ? wc_PKCS7_EncodeAuthEnvelopedData(p, out, sizeof out)
                       : wc_PKCS7_EncodeEncryptedData(p, out, sizeof out);
    wc_PKCS7_Free(p), p = wc_PKCS7_New(NULL, INVALID_DEVID);
    wc_PKCS7_InitWithCert(p, kind == 2 ? NULL : cert, kind == 2 ? 0 : certSize);
    p->privateKey = key, p->privateKeySz = keySize;
    if (kind == 2)
      p->encryptionKey = secret, p->encryptionKeySz = sizeof secret;
    int got = size <= 0   ? -1
              : kind == 0 ? wc_PKCS7_DecodeEnvelopedData(p, out, (word32)size, back, sizeof back)
              : kind == 1 ? wc_PKCS7_DecodeAuthEnvelopedData(p, out, (word32)size, back, sizeof back)
                          : wc_PKCS7_DecodeEncryptedData(p, out, (word32)size, back, sizeof back);
    say("%d %d %d;", kind, size > 0, got);
    wc_PKCS7_Free(p);
  }
  WC_PKCS12 *twelve = wc_PKCS12_new();
  size = (int)file("test-servercert.p12", out, sizeof out);
  byte *pkey = NULL, *pcert = NULL;
  word32 pkeySize = 0, pcertSize = 0;
  say("%d ", wc_d2i_PKCS12(out, (word32)size, twelve));
  say("%d ", wc_PKCS12_parse(twelve, "wolfSSL test", &pkey, &pkeySize, &pcert, &pcertSize, NULL));
  say("%d;", wc_PKCS12_parse(twelve, "wrong", &pkey, &pkeySize, &pcert, &pcertSize, NULL));
  free(pkey), free(pcert), wc_PKCS12_free(twelve);
  Aes aes;
  unsigned char tag[16], text_[64], iv[12] = {9};
  wc_AesInit(&aes, NULL, INVALID_DEVID);
  say("%d ", wc_AesGcmInit(&aes, cert, 16, iv, 12));
  say("%d %d ", wc_AesGcmEncryptUpdate(&aes, text_, cert + 100, 64, iv, 12), wc_AesGcmEncryptFinal(&aes, tag, 16));
  wc_AesGcmInit(&aes, cert, 16, iv, 12);
  say("%d %d;", wc_AesGcmDecryptUpdate(&aes, back, text_, 64, iv, 12), wc_AesGcmDecryptFinal(&aes, tag, 16));
  wc_AesFree(&aes);
  ecc_key ecc;
  unsigned char signature[200];
  word32 signatureSize = sizeof signature;
  int right = 0;
  wc_ecc_init(&ecc), wc_ecc_make_key(&rng, 32, &ecc);
  say("%d ", wc_ecc_sign_hash(cert + 50, 32, signature, &signatureSize, &rng, &ecc));
  say("%d ", wc_ecc_verify_hash(signature, signatureSize, cert + 50, 32, &right, &ecc));
  say("%d;", right), wc_ecc_free(&ecc);
  wc_FreeRng(&rng);
}

static void others(void) {
  unsigned char key[16] = "0123456789abcdef", mac[64];
  size_t size = sizeof mac;
  WOLFSSL_EVP_PKEY *pkey = wolfSSL_EVP_PKEY_new_mac_key(EVP_PKEY_HMAC, NULL, key, 16);
  WOLFSSL_EVP_MD_CTX *context = wolfSSL_EVP_MD_CTX_new();
  wolfSSL_EVP_DigestSignInit(context, NULL, wolfSSL_EVP_sha256(), NULL, pkey),
      wolfSSL_EVP_DigestSignUpdate(context, "text", 4);
  say("%d %zu;", wolfSSL_EVP_DigestSignFinal(context, mac, &size), size);
  for (size_t part = 32; part > 0; part /= 2) {
    wolfSSL_EVP_MD_CTX_cleanup(context), wolfSSL_EVP_MD_CTX_init(context);
    wolfSSL_EVP_DigestVerifyInit(context, NULL, wolfSSL_EVP_sha256(), NULL, pkey),
        wolfSSL_EVP_DigestVerifyUpdate(context, "text", 4);
    say("%d,", wolfSSL_EVP_DigestVerifyFinal(context, mac, part));
  }
  wolfSSL_EVP_MD_CTX_free(context), wolfSSL_EVP_PKEY_free(pkey);
  say("poll %d;", wolfSSL_RAND_poll());
  WOLFSSL_CERT_MANAGER *manager = wolfSSL_CertManagerNew();
  wolfSSL_CertManagerLoadCA(manager, CERTS "/ca-cert.pem", NULL),
      wolfSSL_CertManagerEnableCRL(manager, WOLFSSL_CRL_CHECKALL);
  static unsigned char crl[20000];
  static const char *lists[] = {"crl/crl.pem", "crl/crl2.pem", "crl/crl.revoked",
                                "crl/extra-crls/general-server-crl.pem"};
  for (int i = 0; i < 4; i++) {
    size = file(lists[i], crl, sizeof crl);
    say("%d,", wolfSSL_CertManagerLoadCRLBuffer(manager, crl, (long)size, WOLFSSL_FILETYPE_PEM));
  }
  say("%d ", wolfSSL_CertManagerVerify(manager, CERTS "/server-cert.pem", WOLFSSL_FILETYPE_PEM));
  wolfSSL_CertManagerDisableCRL(manager);
  static const char *named[] = {"/test/cert-ext-nc.pem", "/test/cert-ext-nc.der", "/test/cert-ext-ncdns.der",
                                "/test/cert-ext-ncmixed.der"};
  for (int i = 0; i < 4; i++) {
    char path[1000];
    snprintf(path, sizeof path, "%s%s", CERTS, named[i]);
    say("%d,", wolfSSL_CertManagerVerify(manager, path, i ? WOLFSSL_FILETYPE_ASN1 : WOLFSSL_FILETYPE_PEM));
  }
  wolfSSL_CertManagerFree(manager);
}

const char *answer(const char *question) {
  wolfSSL_Init();
  say("%s ", question);
  handshake(wolfTLSv1_3_client_method(), wolfTLSv1_3_server_method(), CERTS "/server-cert.pem", CERTS "/server-key.pem",
            "ca-cert.pem", NULL);
  handshake(wolfTLSv1_2_client_method(), wolfTLSv1_2_server_method(), CERTS "/server-cert.pem", CERTS "/server-key.pem",
            "ca-cert.pem", "RSA+SHA256:RSA-PSS+SHA256");
  handshake(wolfTLSv1_2_client_method(), wolfTLSv1_2_server_method(), CERTS "/server-ecc.pem", CERTS "/ecc-key.pem",
            "ca-ecc-cert.pem", NULL);
  handshake(wolfTLSv1_3_client_method(), wolfTLSv1_3_server_method(), CERTS "/server-cert.pem", CERTS "/server-key.pem",
            "ca-ecc-cert.pem", NULL);
  messages(), others();
  return line();
}
