package io.sluice.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * Writes the key table as a JSON Schema for editors.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema 2020-12</a>
 */
public final class SchemaWriter {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String REFERENCE = "^os\\.environ/|\\$\\{(env|file|cred):[^}]*\\}";
    private static final KeySpec ROOT =
            KeySpec.used("", KeyType.SECTION, "{}", "configuration of the Sluice LLM gateway");

    private final Branch root = new Branch(ROOT);

    private SchemaWriter() {
        for (KeySpec key : KeyTable.instance().keys()) {
            root.add(List.of(key.path().replace("[]", "").split("\\.", -1)), key);
        }
    }

    /**
     * The schema as JSON, always the same for one version.
     *
     * @throws UncheckedIOException never, since it is written to memory
     */
    public static String schema() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("$schema", DIALECT);
            json.writeStringField("title", "Sluice");
            new SchemaWriter().root.writeBody(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    /** A key with the keys below it. */
    private static final class Branch {

        private final KeySpec key;
        private final SequencedMap<String, Branch> children = new LinkedHashMap<>();

        Branch(KeySpec key) {
            this.key = key;
        }

        void add(List<String> path, KeySpec added) {
            if (path.size() == 1) {
                children.put(path.getFirst(), new Branch(added));
                return;
            }
            Branch child = children.get(path.getFirst());
            if (child == null) {
                throw new IllegalStateException("a key before its section: " + added.path());
            }
            child.add(path.subList(1, path.size()), added);
        }

        void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            writeBody(json);
            json.writeEndObject();
        }

        void writeBody(JsonGenerator json) throws IOException {
            if (!key.doc().isEmpty() || !key.isUsed()) {
                String suffix = key.isUsed() ? "" : "accepted, not used by this version";
                String between = key.doc().isEmpty() || suffix.isEmpty() ? "" : "; ";
                json.writeStringField("description", key.doc() + between + suffix);
            }
            switch (key.type()) {
                case SECTION -> {
                    types(json, "object", "null");
                    members(json);
                }
                case SECTION_LIST -> {
                    types(json, "array", "null");
                    json.writeObjectFieldStart("items");
                    types(json, "object");
                    members(json);
                    json.writeEndObject();
                }
                case STRING_LIST -> {
                    types(json, "array", "string", "null");
                    json.writeObjectFieldStart("items");
                    types(json, "string", "number", "boolean");
                    json.writeEndObject();
                }
                case STRING_MAP, SECRET_MAP -> {
                    types(json, "object", "null");
                    json.writeObjectFieldStart("additionalProperties");
                    types(json, "string", "number", "boolean", "null");
                    json.writeEndObject();
                }
                case ALIAS_MAP -> {
                    types(json, "object", "null");
                    json.writeObjectFieldStart("additionalProperties");
                    types(json, "string", "object");
                    json.writeEndObject();
                }
                case FALLBACKS -> types(json, "array", "object", "null");
                case BUDGET_MAP, POLICY_MAP -> {
                    types(json, "object", "null");
                    json.writeObjectFieldStart("additionalProperties");
                    types(json, "object");
                    json.writeEndObject();
                }
                case PRICE_MAP -> {
                    types(json, "object", "null");
                    json.writeObjectFieldStart("additionalProperties");
                    types(json, "object");
                    json.writeEndObject();
                    members(json);
                }
                case ENUM -> choices(json);
                case INTEGER -> number(json, "integer");
                case DECIMAL -> number(json, "number");
                case BOOLEAN -> orReference(json, "boolean");
                case SIZE, SECONDS, DURATION -> types(json, "string", "number", "null");
                case MONEY, STRING, SECRET -> types(json, "string", "number", "boolean", "null");
                case ANY -> {}
            }
        }

        private void members(JsonGenerator json) throws IOException {
            json.writeObjectFieldStart("properties");
            for (Map.Entry<String, Branch> child : children.entrySet()) {
                if (!child.getKey().endsWith("*")) {
                    json.writeFieldName(child.getKey());
                    child.getValue().write(json);
                }
            }
            json.writeEndObject();
            json.writeObjectFieldStart("patternProperties");
            for (Map.Entry<String, Branch> child : children.entrySet()) {
                String name = child.getKey();
                if (name.endsWith("*")) {
                    json.writeFieldName('^' + name.substring(0, name.length() - 1));
                    child.getValue().write(json);
                }
            }
            json.writeEndObject();
        }

        private void number(JsonGenerator json, String type) throws IOException {
            orReference(json, type);
            if (key.min() != 0 || key.max() != Long.MAX_VALUE) {
                json.writeNumberField("minimum", key.min());
            }
            if (key.max() != Long.MAX_VALUE) {
                json.writeNumberField("maximum", key.max());
            }
        }

        private void choices(JsonGenerator json) throws IOException {
            StringBuilder words = new StringBuilder();
            for (String choice : key.choices()) {
                boolean isPrefix = choice.endsWith(":*");
                words.append(words.isEmpty() ? "" : "|")
                        .append(isPrefix ? choice.replace("*", ".+") : Pattern.quote(choice));
            }
            String pattern = words.toString().replace("\\Q", "").replace("\\E", "");
            types(json, "string", "null");
            json.writeStringField("pattern", "^(" + pattern + ")$|" + REFERENCE);
        }

        private static void orReference(JsonGenerator json, String type) throws IOException {
            types(json, type, "string", "null");
            json.writeStringField(
                    "pattern",
                    type.equals("boolean")
                            ? "^([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|[Oo]n|[Oo]ff)$|" + REFERENCE
                            : "^[0-9.]+$|" + REFERENCE);
        }

        private static void types(JsonGenerator json, String... types) throws IOException {
            json.writeFieldName("type");
            json.writeArray(types, 0, types.length);
        }
    }
}
