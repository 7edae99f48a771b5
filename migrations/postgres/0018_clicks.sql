-- What speaks against a person, as a JSON list; none: recorded before there was such a list. Openings of the page of preferences are kept beside clicks, as
-- evidence: whoever opens every link of a message at once is no person.
ALTER TABLE touches ADD COLUMN signs TEXT;
