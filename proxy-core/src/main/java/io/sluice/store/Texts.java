package io.sluice.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.config.AccountLimits;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The texts in which lists, limits and counts are stored. */
final class Texts {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String PARALLEL = "parallel";
    private static final String PRIORITY = "priority";
    private static final String MODELS = "models";
    private static final Map<String, Duration> WINDOWS =
            Map.of(
                    "second", Duration.ofSeconds(1),
                    "minute", Duration.ofMinutes(1),
                    "hour", Duration.ofHours(1),
                    "day", Duration.ofDays(1));

    private Texts() {}

    /** The text as both engines can store it: without U+0000 and half characters. */
    static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            if (one == 0 || Character.isSurrogate(one)) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder storable = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point == 0 || isHalf(point) ? '\uFFFD' : point)
                .forEach(storable::appendCodePoint);
        return storable.toString();
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    static String ofList(List<String> list) {
        if (list.isEmpty()) {
            return "[]";
        }
        return json(out -> {
            out.writeStartArray();
            for (String entry : list) {
                out.writeString(storable(entry));
            }
            out.writeEndArray();
        });
    }

    static String ofCounts(Map<String, Long> counts) {
        if (counts.isEmpty()) {
            return "{}";
        }
        return json(out -> {
            out.writeStartObject();
            for (Map.Entry<String, Long> count : counts.entrySet()) {
                out.writeNumberField(count.getKey(), count.getValue());
            }
            out.writeEndObject();
        });
    }

    static String ofLimits(AccountLimits limits) {
        boolean isUsual = limits.priority() == AccountLimits.USUAL_PRIORITY;
        if (limits.isEmpty() && isUsual) {
            return "{}";
        }
        return json(out -> {
            out.writeStartObject();
            Map<String, List<AccountLimits.Rate>> ofModels = new LinkedHashMap<>();
            for (AccountLimits.Rate rate : limits.rates()) {
                String model = rate.model();
                if (model == null) {
                    out.writeNumberField(name(rate), rate.amount());
                } else {
                    ofModels.computeIfAbsent(model, _ -> new ArrayList<>()).add(rate);
                }
            }
            if (!ofModels.isEmpty()) {
                writeOfModels(out, ofModels);
            }
            if (!isUsual) {
                out.writeNumberField(PRIORITY, limits.priority());
            }
            Long parallel = limits.parallel();
            if (parallel != null) {
                out.writeNumberField(PARALLEL, parallel);
            }
            out.writeEndObject();
        });
    }

    private static void writeOfModels(
            JsonGenerator out, Map<String, List<AccountLimits.Rate>> ofModels) throws IOException {
        out.writeObjectFieldStart(MODELS);
        for (Map.Entry<String, List<AccountLimits.Rate>> model : ofModels.entrySet()) {
            out.writeObjectFieldStart(model.getKey());
            for (AccountLimits.Rate rate : model.getValue()) {
                out.writeNumberField(name(rate), rate.amount());
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    static List<String> list(String text) {
        List<String> list = new ArrayList<>();
        try (JsonParser in = JSON.createParser(text)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    list.add(in.getText());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a stored list is not JSON", e);
        }
        return list;
    }

    static AccountLimits limits(String text) {
        if (text.equals("{}")) {
            return AccountLimits.NONE;
        }
        List<AccountLimits.Rate> rates = new ArrayList<>();
        Long parallel = null;
        int priority = AccountLimits.USUAL_PRIORITY;
        try (JsonParser in = JSON.createParser(text)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token != JsonToken.VALUE_NUMBER_INT) {
                    continue;
                }
                String name = in.currentName();
                String model = modelOf(in.getParsingContext());
                if (model == null && name.equals(PARALLEL)) {
                    parallel = in.getLongValue();
                } else if (model == null && name.equals(PRIORITY)) {
                    priority = in.getIntValue();
                } else {
                    AccountLimits.Rate rate = rate(name, in.getLongValue(), model);
                    if (rate != null) {
                        rates.add(rate);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("stored limits are not JSON", e);
        }
        return new AccountLimits(rates, parallel, priority);
    }

    /** The model whose limits are read, {@code null} where they are for all calls. */
    private static @Nullable String modelOf(JsonStreamContext within) {
        JsonStreamContext models = within.getParent();
        boolean isNested = models != null && models.getParent() != null && !models.inRoot();
        return isNested && models.getCurrentName() != null ? models.getCurrentName() : null;
    }

    private static AccountLimits.@Nullable Rate rate(
            String name, long amount, @Nullable String model) {
        for (AccountLimits.Unit unit : AccountLimits.Unit.values()) {
            String prefix = prefix(unit);
            if (name.startsWith(prefix)) {
                Duration window = WINDOWS.get(name.substring(prefix.length()));
                return window == null ? null : new AccountLimits.Rate(unit, window, amount, model);
            }
        }
        return null;
    }

    private static String name(AccountLimits.Rate rate) {
        for (Map.Entry<String, Duration> window : WINDOWS.entrySet()) {
            if (window.getValue().equals(rate.window())) {
                return prefix(rate.unit()) + window.getKey();
            }
        }
        throw new IllegalArgumentException("no such window: " + rate.window());
    }

    private static String prefix(AccountLimits.Unit unit) {
        return unit.name().toLowerCase(Locale.ROOT) + "_per_";
    }

    private interface Writing {
        void to(JsonGenerator out) throws IOException;
    }

    private static String json(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
