package io.sluice.message;

import io.sluice.json.JsonText;
import io.sluice.json.JsonWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Media that stand in a body as {@code data:<type>;base64,<bytes>} (RFC 2397), never decoded. */
public final class DataUrls {

    private static final String MARK = ";base64";

    private DataUrls() {}

    /** The media at {@code url}, which is a data URL or any other. */
    public static Part.Media media(
            Part.Media.Kind kind,
            JsonText url,
            @Nullable JsonText name,
            @Nullable JsonText detail,
            @Nullable JsonText cacheControl) {
        if (url.startsWith("data:")) {
            int comma = url.indexOf(',');
            JsonText head = url.part(url.from() + "data:".length(), comma);
            String words = head.string().toLowerCase(Locale.ROOT);
            if (comma < url.to() && words.endsWith(MARK)) {
                return new Part.Media(
                        kind,
                        Part.Media.Source.BASE64,
                        words.substring(0, words.length() - MARK.length()),
                        url.part(comma + 1, url.to()),
                        name,
                        detail,
                        cacheControl);
            }
        }
        return new Part.Media(kind, Part.Media.Source.URL, null, url, name, detail, cacheControl);
    }

    /** Writes the media, which is Base64 or a URL, as a string. */
    public static void write(Part.Media media, String otherwise, JsonWriter json) {
        if (media.source() != Part.Media.Source.BASE64) {
            json.string(media.content());
            return;
        }
        json.beginString("data:");
        String type = media.type();
        json.inside(type == null ? otherwise : type).inside(MARK).inside(",");
        json.inside(media.content());
        json.endString();
    }
}
