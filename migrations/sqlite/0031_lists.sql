-- What people do to a cart's messages, indexes for lists of carts that can be filtered by everything at once, and one for streams, which ask every second
-- whether somebody is still signed in.

ALTER TABLE carts ADD COLUMN stopped BOOLEAN;                       -- somebody of the store stopped its messages; none: nobody ever said anything
ALTER TABLE nudges ADD COLUMN hurried BOOLEAN NOT NULL DEFAULT FALSE; -- somebody of the store wants it now, whatever its plan says
ALTER TABLE nudges ADD COLUMN planned_for BIGINT;                  -- when a hurried one would have been due: its shopper counts in the comparison from then on

-- What a list shows or asks of a cart is read off the index as far as it can be; rows are read for the page alone.
DROP INDEX carts_listed;
CREATE INDEX carts_listed ON carts (shop_id, active_at, id, state, currency, value_minor, started_at)
    WHERE merged_into IS NULL AND (stage <> 'browse' OR contact_id IS NOT NULL);

-- Carts by the rule that had the last word. Without the cart's id: SQLite, which knows no numbers of rows, would look for a cart in an index that has it
-- anywhere rather than in the one that begins with it.
CREATE INDEX nudges_by_reason ON nudges (shop_id, reason) WHERE reason IS NOT NULL;
CREATE INDEX decisions_not_planned ON decisions (shop_id, rule) WHERE outcome = 'not_planned';

CREATE INDEX sessions_by_id ON sessions (id) WHERE id IS NOT NULL;
