package io.sluice.ledger;

/**
 * How long the texts of a row may be, in bytes of UTF-8. What is longer is cut after the last whole
 * character that fits; unpaired surrogates and U+0000 become {@code ?}.
 */
public final class RowLimits {

    public static final int REQUEST_ID = 128;
    public static final int KEY_ID = 64;
    public static final int KEY_ALIAS = 96;
    public static final int USER_ID = 128;
    public static final int TEAM_ID = 96;
    public static final int ORGANIZATION_ID = 96;
    public static final int PROJECT_ID = 96;
    public static final int END_USER = 128;

    /**
     * All tags of a row together, with a byte between each two; a tag that does not fit whole is
     * left out.
     */
    public static final int TAGS = 256;

    public static final int ENDPOINT = 32;
    public static final int MODEL = 128;
    public static final int PROVIDER = 32;
    public static final int TARGET = 128;
    public static final int ERROR_CODE = 48;
    public static final int CURRENCY = 8;

    private RowLimits() {}
}
