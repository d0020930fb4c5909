-- The words of a text as they are compared: without case, accents and punctuation, so that MUHLE finds "Mühle" and 10 finds
-- "rope-10". PostgreSQL's own parser would take "rope-10" apart into a word and a negative number. Nobody can ask for more than
-- 100 letters; a word of a tsvector may have 2046 bytes, and array_to_tsvector spoils longer ones without a word.
CREATE FUNCTION words_of(said text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT coalesce(array_agg(DISTINCT left(word, 100)), '{}')
    FROM regexp_split_to_table(
      regexp_replace(casefold(normalize(said, NFKD) COLLATE pg_unicode_fast), U&'[\0300-\036F]', '', 'g'),
      '[^[:alnum:]]+') AS word
   WHERE word <> '');

-- All of them, each the beginning of a word. A word is letters and digits, so there is nothing in it to escape.
CREATE FUNCTION search_for(said text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg('''' || word || ''':*', ' & ')::tsquery FROM unnest(words_of(said)) AS word);

ALTER TABLE product ADD COLUMN search tsvector NOT NULL
  GENERATED ALWAYS AS (array_to_tsvector(words_of(sku || ' ' || name || ' ' || description))) STORED;

-- Products change seldom and are searched all the time: no list of changes that every search would have to go through.
CREATE INDEX product_search ON product USING gin (search) WITH (fastupdate = off);
