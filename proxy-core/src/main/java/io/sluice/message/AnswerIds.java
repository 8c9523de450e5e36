package io.sluice.message;

import io.sluice.json.JsonText;

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

    /** The id itself, or where it holds what some dialect does not accept, one made of it. */
    public static JsonText plain(JsonText id) {
        byte[] bytes = id.bytes();
        for (int i = id.from(); i < id.to(); i++) {
            if (!isPlain(bytes[i])) {
                String text = id.string();
                return JsonText.of(plain(text, text.length()));
            }
        }
        return id;
    }

    private static String plain(String callId) {
        return plain(callId, LONGEST);
    }

    /** The last characters, those replaced that are no letter, digit, underscore or hyphen. */
    private static String plain(String text, int longest) {
        StringBuilder plain = new StringBuilder(longest);
        for (int i = Math.max(0, text.length() - longest); i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(isPlain(c) ? c : '_');
        }
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || c == '-';
    }
}
