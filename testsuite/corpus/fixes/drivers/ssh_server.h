/* An SSH server in the same process (libssh), whose users have a home and no files: it keeps what was asked for last.
 */
#pragma once
#define WITH_SERVER 1
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <libssh/sftp.h>
#include <stdio.h>
#include <unistd.h>

static ssh_key sshHostKey;
static char sshAskedFor[1000];

static sftp_session untilSubsystem(ssh_session session) {
  ssh_channel channel = NULL;
  sftp_session sftp = NULL;
  ssh_message message;
  while (!sftp && (message = ssh_message_get(session))) {
    int type = ssh_message_type(message), subtype = ssh_message_subtype(message);
    if (type == SSH_REQUEST_AUTH && subtype == SSH_AUTH_METHOD_PASSWORD)
      ssh_message_auth_reply_success(message, 0);
    else if (type == SSH_REQUEST_AUTH)
      ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_PASSWORD), ssh_message_reply_default(message);
    else if (type == SSH_REQUEST_CHANNEL_OPEN)
      channel = ssh_message_channel_request_open_reply_accept(message);
    else if (type == SSH_REQUEST_CHANNEL && subtype == SSH_CHANNEL_REQUEST_SUBSYSTEM)
      ssh_message_channel_request_reply_success(message), sftp = sftp_server_new(session, channel);
    else
      ssh_message_reply_default(message);
    ssh_message_free(message);
  }
  return sftp;
}

static void *serveSsh(void *descriptor) {
  ssh_bind bind_ = ssh_bind_new();
  ssh_session session = ssh_new();
  ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_IMPORT_KEY, ssh_key_dup(sshHostKey));
  if (ssh_bind_accept_fd(bind_, session, (int)(long)descriptor) == SSH_OK &&
      ssh_handle_key_exchange(session) == SSH_OK) {
    sftp_client_message message;
    sftp_session sftp = untilSubsystem(session);
    if (sftp && !sftp_server_init(sftp))
      while ((message = sftp_get_client_message(sftp))) {
        const char *name = sftp_client_message_get_filename(message);
        if (sftp_client_message_get_type(message) == SSH_FXP_REALPATH)
          sftp_reply_name(message, "/home/me", NULL);
        else
          snprintf(sshAskedFor, sizeof sshAskedFor, "%s", name ? name : "-"),
              sftp_reply_status(message, SSH_FX_NO_SUCH_FILE, "none");
        sftp_client_message_free(message);
      }
  }
  ssh_disconnect(session), ssh_free(session), ssh_bind_free(bind_);
  return NULL;
}

static void startSsh(void) {
  ssh_init(), ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &sshHostKey);
}
