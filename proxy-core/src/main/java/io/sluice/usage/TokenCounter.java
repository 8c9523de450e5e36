package io.sluice.usage;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Locale;

/**
 * Counts the tokens of a text as OpenAI's models do. Takes time: never to be called on an event
 * loop. The first count in an encoding loads it, which takes some tenths of a second.
 *
 * <p>Safe for any thread.
 */
public final class TokenCounter {

    /*
     * Models of other makers have encodings of their own; the newest of OpenAI's is taken for them,
     * which is nearer to them than a count of bytes.
     */

    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    private TokenCounter() {}

    /** The tokens of {@code text} for a model; a special token's name in it is plain text. */
    public static int count(String model, String text) {
        return text.isEmpty() ? 0 : encoding(model).countTokensOrdinary(text);
    }

    private static Encoding encoding(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        name = name.substring(name.lastIndexOf('/') + 1);
        return ENCODINGS.getEncoding(
                isOlder(name) ? EncodingType.CL100K_BASE : EncodingType.O200K_BASE);
    }

    private static boolean isOlder(String name) {
        return name.startsWith("gpt-3.5")
                || name.startsWith("gpt-35")
                || name.equals("gpt-4")
                || name.startsWith("gpt-4-")
                || name.startsWith("text-embedding-");
    }
}
