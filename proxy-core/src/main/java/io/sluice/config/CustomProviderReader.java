package io.sluice.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file of further providers: {@code providers.file}, else {@code providers.json} beside
 * the configuration where there is one. It is an array of providers with their names, or an object
 * of them by name.
 *
 * <p>What is wrong with one of them is a warning, and that one is left out.
 */
final class CustomProviderReader {

    private static final String KEY = "providers.file";
    private static final String BESIDE = "providers.json";
    private static final int MAX_BYTES = 4 << 20;
    private static final JsonFactory JSON = new JsonFactory();

    private final Values values;
    private final Problems problems;

    CustomProviderReader(Values values, Problems problems) {
        this.values = values;
        this.problems = problems;
    }

    /** The providers by name. */
    Map<String, CustomProvider> read() {
        Map<String, CustomProvider> found = new LinkedHashMap<>();
        Path file = file();
        if (file == null) {
            return found;
        }
        try (InputStream in = Files.newInputStream(file);
                JsonParser json = JSON.createParser(in.readNBytes(MAX_BYTES))) {
            boolean isArray = json.nextToken() == JsonToken.START_ARRAY;
            if (!isArray && json.currentToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no array and no object");
            }
            while (isNext(json)) {
                String name = isArray ? null : json.currentName();
                if (!isArray) {
                    json.nextToken();
                }
                add(new Draft(name).read(json), file, found);
            }
        } catch (IOException e) {
            warn(file + " cannot be used: " + e.getMessage());
        }
        return found;
    }

    private static boolean isNext(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        return token != null && !token.isStructEnd();
    }

    private void add(Draft draft, Path file, Map<String, CustomProvider> found) {
        String problem = draft.problem();
        if (problem == null) {
            CustomProvider made = draft.make();
            found.put(made.name(), made);
        } else {
            warn("the provider " + draft.name + " in " + file + " is left out: " + problem);
        }
    }

    private @Nullable Path file() {
        String name = values.text(KEY);
        Place place = values.placeOf(name == null ? "model_list" : KEY);
        if (name == null && !place.isInFile()) {
            return null;
        }
        try {
            Path path = place.resolve(name == null ? BESIDE : name).normalize();
            if (Files.isReadable(path)) {
                return path;
            }
        } catch (InvalidPathException _) {
            warn(KEY + " is not a path");
            return null;
        }
        if (name != null) {
            warn(KEY + " names a file that cannot be read");
        }
        return null;
    }

    private void warn(String message) {
        problems.add(Severity.WARNING, values.placeOf(KEY), message, null);
    }

    /** One of them on its way. */
    private static final class Draft {

        private @Nullable String name;
        private @Nullable String baseUrl;
        private String keyHeader = "authorization";
        private String keyPrefix = "Bearer ";
        private @Nullable String keyVariable;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final Set<String> supported = new HashSet<>();
        private final Map<String, String> renames = new HashMap<>();
        private final Map<String, CustomProvider.Range> bounds = new HashMap<>();

        Draft(@Nullable String name) {
            this.name = name;
        }

        Draft read(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return this;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "name" -> name = json.getText();
                    case "base_url" -> baseUrl = json.getText();
                    case "auth_header" -> keyHeader = json.getText().toLowerCase(Locale.ROOT);
                    case "auth_prefix" -> keyPrefix = json.getText();
                    case "api_key_env" -> keyVariable = json.getText();
                    case "headers" -> readTexts(json, headers);
                    case "param_mappings" -> readTexts(json, renames);
                    case "supported_params" -> {
                        if (json.currentToken() == JsonToken.START_ARRAY) {
                            readSupported(json);
                        }
                    }
                    case "constraints" -> readBounds(json);
                    default -> json.skipChildren();
                }
            }
            return this;
        }

        private void readSupported(JsonParser json) throws IOException {
            while (isNext(json)) {
                supported.add(json.getText());
                json.skipChildren();
            }
        }

        private static void readTexts(JsonParser json, Map<String, String> into)
                throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                if (json.nextToken().isScalarValue()) {
                    into.put(key, json.getText());
                }
                json.skipChildren();
            }
        }

        /* {"temperature": {"min": 0, "max": 1}} or {"temperature_max": 1} */
        private void readBounds(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                JsonToken token = json.nextToken();
                if (token == JsonToken.START_OBJECT) {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        String end = json.currentName();
                        boolean isNumber = json.nextToken().isNumeric();
                        bound(key, end, isNumber ? json.getDecimalValue() : null);
                        json.skipChildren();
                    }
                } else if (token.isNumeric() && key.matches(".+_(min|max)")) {
                    int line = key.lastIndexOf('_');
                    bound(key.substring(0, line), key.substring(line + 1), json.getDecimalValue());
                } else {
                    json.skipChildren();
                }
            }
        }

        private void bound(String parameter, String end, @Nullable BigDecimal value) {
            CustomProvider.Range known = bounds.get(parameter);
            BigDecimal least = known == null ? null : known.least();
            BigDecimal most = known == null ? null : known.most();
            bounds.put(
                    parameter,
                    end.equals("min")
                            ? new CustomProvider.Range(value, most)
                            : new CustomProvider.Range(least, value));
        }

        @Nullable String problem() {
            if (name == null || name.isBlank() || name.contains("/")) {
                return "it has no name";
            }
            if (baseUrl == null || ModelReader.httpUri(baseUrl) == null) {
                return "base_url is not an http or https URL";
            }
            return keyHeader.matches("[a-z0-9!#$%&'*+.^_`|~-]{1,128}")
                            && keyPrefix.matches("[\\x20-\\x7e]{0,64}")
                    ? null
                    : "auth_header or auth_prefix cannot be sent";
        }

        CustomProvider make() {
            return new CustomProvider(
                    String.valueOf(name),
                    String.valueOf(baseUrl),
                    keyHeader,
                    keyPrefix,
                    keyVariable,
                    headers,
                    supported,
                    renames,
                    bounds);
        }
    }
}
