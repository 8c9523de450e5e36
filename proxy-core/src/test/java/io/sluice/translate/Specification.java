package io.sluice.translate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schemas of one published API. */
final class Specification {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int CODE_POINTS = 16 << 20;

    private final Object components;
    private final SchemaRegistry registry =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<String, Schema> schemas = new HashMap<>();
    private final String name;

    private Specification(String name, Object components) {
        this.name = name;
        this.components = components;
    }

    /** The specification in that file; skips the test where it is absent. */
    static Specification of(String file) {
        Path path = WireCase.find("shared/specs/" + file);
        Assumptions.assumeTrue(path != null, "no specification: shared/specs is absent");
        LoadSettings settings =
                LoadSettings.builder()
                        .setCodePointLimit(CODE_POINTS)
                        .setAllowDuplicateKeys(true)
                        .build();
        try {
            // A blank line of more spaces than the block it stands in is not YAML 1.2.
            String text = Files.readString(path).replaceAll("(?m)^ +$", "");
            Object root = new Load(settings).loadFromString(text);
            Object components = root instanceof Map<?, ?> map ? map.get("components") : null;
            if (components == null) {
                throw new IllegalStateException("no components in " + file);
            }
            return new Specification(file, nullable(components));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with {@code json} by the schema of that name. */
    List<String> faults(String schema, String json) {
        return schemas.computeIfAbsent(schema, this::load).validate(json, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    private Schema load(String schema) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("$ref", "#/components/schemas/" + schema);
        root.put("components", components);
        try {
            return registry.getSchema(
                    SchemaLocation.of("https://specs.test/" + name + "/" + schema),
                    MAPPER.writeValueAsString(root),
                    InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** OpenAPI 3.0 says {@code nullable} where JSON Schema says that null is a type. */
    private static Object nullable(Object node) {
        if (node instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(one -> copy.add(nullable(one)));
            return copy;
        }
        if (!(node instanceof Map<?, ?> map)) {
            return node;
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) ->
                copy.put(String.valueOf(key), value == null ? "" : nullable(value)));
        if (!Boolean.TRUE.equals(copy.remove("nullable"))) {
            return copy;
        }
        return Map.of("anyOf", List.of(copy, Map.of("type", "null")));
    }
}
