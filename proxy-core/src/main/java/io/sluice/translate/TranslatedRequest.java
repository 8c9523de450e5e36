package io.sluice.translate;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonText;
import java.util.List;

/**
 * A request in the provider's dialect.
 *
 * @param body owned by whoever asked for it, who releases it
 * @param stream whether the caller wants a stream; the provider is asked for one if so
 * @param includeUsage whether the caller wants a stream to end with its usage
 * @param dropped the caller's fields that were left out, each once; to be counted and named
 * @param echo what the caller's dialect repeats in its answer, empty where it repeats nothing
 */
public record TranslatedRequest(
        ByteBuf body, boolean stream, boolean includeUsage, List<String> dropped, JsonText echo) {}
