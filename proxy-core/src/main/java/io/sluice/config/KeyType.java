package io.sluice.config;

/** What a key takes. */
public enum KeyType {
    /** A mapping with keys of its own. */
    SECTION("a mapping"),
    /** A list of mappings with keys of their own. */
    SECTION_LIST("a list of mappings"),
    BOOLEAN("true or false"),
    INTEGER("a whole number"),
    DECIMAL("a number"),
    /** A time with a unit. */
    DURATION("a time such as 500ms, 30s or 10m"),
    /** A time that counts seconds where it has no unit, as LiteLLM's do. */
    SECONDS("seconds, or a time such as 500ms, 30s or 10m"),
    /** Bytes, with or without a unit. */
    SIZE("a size such as 64KiB or 32MiB"),
    /** A decimal and a currency. */
    MONEY("an amount with its currency, such as 5.00 EUR"),
    STRING("a string"),
    /** A string that is never shown. */
    SECRET("a string"),
    ENUM("one of a few words"),
    STRING_LIST("a list of strings"),
    STRING_MAP("a mapping of strings"),
    /** A mapping of strings that are never shown. */
    SECRET_MAP("a mapping of strings"),
    /** From an alias to a model name, or to {@code {model, hidden}}. */
    ALIAS_MAP("a mapping of model names"),
    /** From a model to a mapping of names to amounts. */
    PRICE_MAP("a mapping of models to prices"),
    /** From a name to a mapping that says what may be spent, in LiteLLM's words. */
    BUDGET_MAP("a mapping of names to budgets"),
    /** From a name to a mapping of names to values. */
    POLICY_MAP("a mapping of names to policies"),
    /** A list of mappings from one model to a list of others, as LiteLLM writes it. */
    FALLBACKS("a list such as [{gpt-4o: [claude, gemini]}]"),
    /** Whatever LiteLLM takes there; it is not looked at. */
    ANY("anything");

    private final String words;

    KeyType(String words) {
        this.words = words;
    }

    /** What it takes, in words. */
    public String words() {
        return words;
    }
}
