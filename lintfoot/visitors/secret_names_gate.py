"""The words one of which a file must hold for a name in it to speak of a secret."""

GATE = (
    *("pass", "pwd", "pw", "secret", "token", "key", "auth", "cred", "psk", "jwt", "bearer"),
    *("passwort", "senha", "contrasena", "haslo", "kennwort", "wachtwoord"),
)
