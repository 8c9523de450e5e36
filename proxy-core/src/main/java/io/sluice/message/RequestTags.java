package io.sluice.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tags that a caller gives one request, by which its spending is told apart: those of {@code
 * metadata.tags} in its body and of the header field {@code x-litellm-tags}.
 *
 * <p>At most {@link #MOST} of each, of at most {@link #MAX_CHARACTERS} characters; what is more, or
 * longer, or no text, is left out.
 */
public final class RequestTags {

    /** How many tags are taken from one place. */
    public static final int MOST = 16;

    /** How long a tag may be. */
    public static final int MAX_CHARACTERS = 128;

    private static final int MAX_USER_CHARACTERS = 1024;
    private static final JsonFactory JSON = new JsonFactory();

    private RequestTags() {}

    /**
     * The tags in an object that is known to be JSON.
     *
     * @param body borrowed
     * @param start of the object, counted from the body's reader index
     * @param end behind it
     */
    static List<String> ofMetadata(ByteBuf body, long start, long end) {
        int from = body.readerIndex() + Math.toIntExact(start);
        ByteBuf object = body.slice(from, Math.toIntExact(end - start));
        List<String> tags = new ArrayList<>(2);
        try (InputStream in = new ByteBufInputStream(object);
                JsonParser parser = JSON.createParser(in)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean areTags = parser.currentName().equals("tags");
                JsonToken value = parser.nextToken();
                if (areTags && value == JsonToken.START_ARRAY) {
                    read(parser, tags);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException _) {
            return List.copyOf(tags);
        }
        return List.copyOf(tags);
    }

    /**
     * The {@code user_id} in Anthropic's {@code metadata}; {@code null} where there is none, or
     * none of at most 1024 characters.
     *
     * @param body borrowed
     * @param start of the value, counted from the body's reader index; negative where there is none
     * @param end behind it
     */
    static @Nullable String userOfMetadata(ByteBuf body, long start, long end) {
        if (start < 0) {
            return null;
        }
        int from = body.readerIndex() + Math.toIntExact(start);
        ByteBuf object = body.slice(from, Math.toIntExact(end - start));
        try (InputStream in = new ByteBufInputStream(object);
                JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isUser = parser.currentName().equals("user_id");
                if (parser.nextToken() == JsonToken.VALUE_STRING && isUser) {
                    String user = parser.getText();
                    return user.isEmpty() || user.length() > MAX_USER_CHARACTERS ? null : user;
                }
                parser.skipChildren();
            }
        } catch (IOException _) {
            return null;
        }
        return null;
    }

    private static void read(JsonParser parser, List<String> tags) throws IOException {
        for (JsonToken next = parser.nextToken();
                next != JsonToken.END_ARRAY && next != null;
                next = parser.nextToken()) {
            if (next == JsonToken.VALUE_STRING) {
                add(tags, parser.getText());
            } else {
                parser.skipChildren();
            }
        }
    }

    /** The tags in a header field, which are parted by commas; {@code null} has none. */
    public static List<String> ofHeader(@Nullable String value) {
        if (value == null) {
            return List.of();
        }
        List<String> tags = new ArrayList<>(2);
        int start = 0;
        while (start <= value.length() && tags.size() < MOST) {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            add(tags, value.substring(start, end));
            start = end + 1;
        }
        return List.copyOf(tags);
    }

    /** All of them in this order, each once. Allocates only where two of the lists have some. */
    public static List<String> union(List<String> first, List<String> second) {
        if (second.isEmpty()) {
            return first;
        }
        if (first.isEmpty()) {
            return second;
        }
        List<String> all = new ArrayList<>(first);
        for (int i = 0; i < second.size(); i++) {
            if (!all.contains(second.get(i))) {
                all.add(second.get(i));
            }
        }
        return List.copyOf(all);
    }

    private static void add(List<String> tags, String text) {
        String tag = text.strip();
        boolean isTaken =
                !tag.isEmpty()
                        && tag.length() <= MAX_CHARACTERS
                        && tags.size() < MOST
                        && !tags.contains(tag);
        if (isTaken) {
            tags.add(tag);
        }
    }
}
