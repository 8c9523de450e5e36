package io.sluice.message;

/** Makes the ids that a provider did not give, the same for the same call. */
public final class AnswerIds {

    private static final int LONGEST = 24;

    private AnswerIds() {}

    /** The id of an answer. */
    public static String answer(String prefix, AnswerTerms terms) {
        return prefix + plain(terms.callId());
    }

    /** The id of a tool call, no longer than the 40 characters that OpenAI accepts. */
    public static String toolCall(String prefix, AnswerTerms terms, int choice, int index) {
        return prefix + plain(terms.callId()) + '_' + (choice == 0 ? "" : choice + "_") + index;
    }

    /** What every dialect accepts in an id. */
    private static String plain(String callId) {
        StringBuilder plain = new StringBuilder(LONGEST);
        for (int i = Math.max(0, callId.length() - LONGEST); i < callId.length(); i++) {
            char c = callId.charAt(i);
            boolean isPlain =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            plain.append(isPlain ? c : '_');
        }
        return plain.toString();
    }
}
