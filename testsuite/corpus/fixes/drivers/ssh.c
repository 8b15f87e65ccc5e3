/* libssh: a server and a client that talk to each other over a socket pair, with several key exchanges; keys as text.
 */
#include "answer_text.h"
#include "libssh/callbacks.h"
#include "libssh/legacy.h"
#include "libssh/libssh.h"
#include "libssh/server.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static ssh_key hostKey;
static const long patience = 600; /* seconds: the largest groups take long on a busy machine */
static const char *exchange;

static int accept_(ssh_session session, const char *user, const char *password, void *unused) {
  (void)session, (void)user, (void)unused;
  return strcmp(password, "right") ? SSH_AUTH_DENIED : SSH_AUTH_SUCCESS;
}

static void *serve(void *descriptor) {
  ssh_bind bind_ = ssh_bind_new();
  ssh_session session = ssh_new();
  ssh_key key = ssh_key_dup(hostKey);
  struct ssh_server_callbacks_struct callbacks = {.auth_password_function = accept_};
  ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_IMPORT_KEY, key);
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &patience);
  ssh_callbacks_init(&callbacks);
  ssh_set_server_callbacks(session, &callbacks);
  if (ssh_bind_accept_fd(bind_, session, *(int *)descriptor) == SSH_OK && ssh_handle_key_exchange(session) == SSH_OK) {
    ssh_event event = ssh_event_new();
    ssh_set_auth_methods(session, SSH_AUTH_METHOD_PASSWORD), ssh_event_add_session(event, session);
    for (int i = 0; i < 100 && ssh_is_connected(session); i++)
      if (ssh_event_dopoll(event, 100) == SSH_ERROR)
        break;
    ssh_event_remove_session(event, session), ssh_event_free(event);
  }
  ssh_disconnect(session), ssh_free(session), ssh_bind_free(bind_);
  return NULL;
}

static void connect_(void) {
  int pair[2], process = 0;
  pthread_t server;
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  pthread_create(&server, NULL, serve, &pair[1]);
  ssh_session session = ssh_new();
  ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &patience);
  ssh_options_set(session, SSH_OPTIONS_HOST, "localhost"), ssh_options_set(session, SSH_OPTIONS_USER, "user");
  ssh_options_set(session, SSH_OPTIONS_FD, &pair[0]), ssh_options_set(session, SSH_OPTIONS_KEY_EXCHANGE, exchange);
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &process);
  say("%s %d", exchange, ssh_connect(session));
  if (ssh_is_connected(session)) {
    say(" %d %d", ssh_userauth_password(session, NULL, "wrong"), ssh_userauth_password(session, NULL, "right"));
    say(" %s %s;", ssh_get_kex_algo(session), ssh_get_cipher_in(session));
  } else
    say(" %s;", ssh_get_error(session));
  ssh_disconnect(session), ssh_free(session);
  pthread_join(server, NULL);
}

static void keys(void) {
  static const enum ssh_keytypes_e types[] = {SSH_KEYTYPE_ED25519, SSH_KEYTYPE_ECDSA_P256, SSH_KEYTYPE_RSA};
  for (int i = 0; i < 3; i++) {
    static ssh_key made[3]; /* it takes long */
    ssh_key key, public = NULL;
    char *text_ = NULL;
    if (!made[i])
      ssh_pki_generate(types[i], i == 2 ? 2048 : 0, &made[i]);
    key = made[i];
    ssh_pki_export_privkey_to_pubkey(key, &public);
    say("%d ", ssh_pki_export_pubkey_base64(public, &text_));
    say("%.16s %d;", text_ ? text_ : "-", ssh_pki_export_privkey_file(key, NULL, NULL, NULL, "key"));
    ssh_session session = ssh_new();
    ssh_private_key old = privatekey_from_file(session, "key", 0, NULL);
    say("%d;", old != NULL);
    if (old)
      privatekey_free(old);
    ssh_free(session), ssh_string_free_char(text_), ssh_key_free(public);
  }
}

/* Whoever gets a key has to be able to free it. */
static const char *missingKey(void) {
  ssh_session session = ssh_new();
  ssh_private_key key = privatekey_from_file(session, "no such key", 0, NULL);
  say(key ? "key" : "none");
  if (key)
    privatekey_free(key);
  ssh_free(session);
  return line();
}

const char *answer(const char *question) {
  static const char *exchanges[] = {"curve25519-sha256", "ecdh-sha2-nistp256", "ecdh-sha2-nistp521",
                                    "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256"};
  if (!strcmp(question, "missing key"))
    return missingKey();
  ssh_init();
  say("%s ", question);
  ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &hostKey);
  for (int i = 0; i < 5; i++)
    exchange = exchanges[i], connect_();
  keys();
  ssh_key_free(hostKey), ssh_finalize();
  return line();
}
