-- Second factors, what is under way between a password and a session, limits of guessing that all replicas share, and invitations.
ALTER TABLE users ADD COLUMN last_seen_at BIGINT;    -- kept when their sessions end
ALTER TABLE sessions ADD COLUMN address TEXT;        -- the network address that signed in
ALTER TABLE sessions ADD COLUMN agent TEXT;          -- what its browser called itself

-- One-time codes (RFC 6238).
CREATE TABLE user_codes (
    user_id UUID NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,               -- the secret, for this person alone
    confirmed_at BIGINT,                 -- none: shown, but no code of it was seen yet, so that it is not asked for
    last_step BIGINT NOT NULL,           -- of the newest code that was taken: neither it nor an older one is taken again
    created_at BIGINT NOT NULL
);

-- For who has lost the device. Their codes are random and long enough that no salt is needed.
CREATE TABLE recovery_codes (
    user_id UUID NOT NULL,
    code_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, code_hash)
);

-- WebAuthn credentials.
CREATE TABLE passkeys (
    credential BYTEA NOT NULL PRIMARY KEY,  -- the authenticator's id of it
    id UUID NOT NULL UNIQUE,             -- ours
    user_id UUID NOT NULL,
    public_key BYTEA NOT NULL,            -- DER, SubjectPublicKeyInfo
    algorithm BIGINT NOT NULL,           -- COSE: -7 ES256, -8 EdDSA, -257 RS256
    counter BIGINT NOT NULL,             -- as the authenticator last told it
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- What is under way for a few minutes: a sign-in whose password was right, a question to an authenticator.
CREATE TABLE ceremonies (
    secret_hash BYTEA NOT NULL PRIMARY KEY, -- of what the browser holds, or of the session it belongs to
    id UUID NOT NULL,                    -- forms carry a token of it
    kind TEXT NOT NULL,                  -- password | passkey | register | prove
    user_id UUID,                        -- none: anybody may answer
    challenge BYTEA,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ceremonies_by_end ON ceremonies (expires_at);
CREATE INDEX ceremonies_by_user ON ceremonies (user_id);

-- How often something was tried, by a hash of what is limited.
CREATE TABLE tries (
    key_hash BYTEA NOT NULL PRIMARY KEY,
    began_at BIGINT NOT NULL,            -- the first of these tries
    count BIGINT NOT NULL,
    ends_at BIGINT NOT NULL              -- from then on it counts from the beginning
);
CREATE INDEX tries_by_end ON tries (ends_at);

CREATE TABLE invitations (
    id UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT NOT NULL,                  -- owner | editor | viewer
    only_shop UUID,                      -- none: every store
    invited_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitations_by_shop ON invitations (only_shop);
