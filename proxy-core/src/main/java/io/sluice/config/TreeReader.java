package io.sluice.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a tree into typed {@link Values} by the {@link KeyTable}.
 *
 * <p>Confined to one load.
 */
final class TreeReader {

    /*
     * Two vocabularies, two manners. In Sluice's own sections a wrong type is an error. LiteLLM's
     * users have files that grew for years, and they must load: there it is a warning and a fault
     * kept at the path, which makes the entry it belongs to unusable.
     *
     * A value is masked in every message unless its key is known not to be secret.
     */

    private final Problems problems;
    private final References references;
    private final KeyTable table = KeyTable.instance();
    private final Values values = new Values();
    private boolean isOwn;

    TreeReader(Problems problems, References references) {
        this.problems = problems;
        this.references = references;
    }

    Values read(ConfigNode.Mapping root) {
        section(table.root(), "", root);
        return values;
    }

    private void section(KeyTable.Node node, String path, ConfigNode.Mapping mapping) {
        for (ConfigNode.Member earlier : mapping.overridden()) {
            isOwn = isOwn(path, earlier.key());
            hideAll(earlier.value());
            duplicate(earlier);
        }
        for (ConfigNode.Member member : mapping.members().values()) {
            isOwn = isOwn(path, member.key());
            String name = canonical(path, member.key());
            KeyTable.Node child = node.find(name);
            if (child == null) {
                unknown(node, path, member);
            } else {
                member(child, path.isEmpty() ? name : path + '.' + name, member);
            }
        }
    }

    private boolean isOwn(String path, String key) {
        return path.isEmpty() ? table.isOwn(key) : isOwn;
    }

    private static String canonical(String path, String key) {
        return switch (key) {
            case "tianji_settings" -> path.isEmpty() ? "litellm_settings" : key;
            case "params", "tianji_params" -> isEntry(path) ? "litellm_params" : key;
            default -> key;
        };
    }

    private static boolean isEntry(String path) {
        return path.startsWith("model_list[") && path.endsWith("]");
    }

    private void duplicate(ConfigNode.Member earlier) {
        problems.add(
                severity(),
                earlier.keyPlace(),
                "duplicate key " + shown(earlier.key()) + "; the last one counts",
                null);
    }

    private Severity severity() {
        return isOwn ? Severity.ERROR : Severity.WARNING;
    }

    private void unknown(KeyTable.Node node, String path, ConfigNode.Member member) {
        hideAll(member.value());
        String key = member.key();
        String near = NearNames.nearest(key, node.names());
        String section = generic(path);
        String where = section.isEmpty() ? "at the top level" : "in " + section;
        boolean isFree = section.endsWith("_params") || section.endsWith("model_info");
        if (near == null && isFree) {
            problems.addOnce(
                    Severity.NOTE,
                    "note:" + section + '.' + key,
                    member.keyPlace(),
                    section + '.' + shown(key) + " is accepted, not used by this version",
                    null);
            return;
        }
        problems.addOnce(
                Severity.WARNING,
                "unknown:" + section + '.' + key,
                member.keyPlace(),
                "unknown key " + shown(key) + ' ' + where,
                hint(node, near, key, section));
    }

    private static @Nullable String hint(
            KeyTable.Node node, @Nullable String near, String key, String section) {
        if (near != null) {
            return "did you mean " + near + '?';
        }
        String elsewhere = node.sectionWith(key);
        if (elsewhere == null) {
            return null;
        }
        return "it belongs under " + (section.isEmpty() ? elsewhere : section + '.' + elsewhere);
    }

    private static String shown(String key) {
        return key.length() <= 60 ? key : key.substring(0, 60) + "…";
    }

    private static String generic(String path) {
        return path.replaceAll("\\[[0-9]+]", "[]");
    }

    private void member(KeyTable.Node node, String path, ConfigNode.Member member) {
        KeySpec key = node.spec();
        if (key == null) {
            throw new IllegalStateException("a key without a description: " + path);
        }
        values.place(path, member.keyPlace());
        ConfigNode value = member.value();
        if (value instanceof ConfigNode.Scalar scalar && scalar.isNull()) {
            return;
        }
        switch (key.type()) {
            case SECTION -> subsection(node, key, path, value);
            case SECTION_LIST -> sections(node, key, path, value);
            case STRING_LIST -> list(key, path, value);
            case STRING_MAP, SECRET_MAP -> map(key, path, value);
            case ALIAS_MAP -> aliases(key, path, value);
            case PRICE_MAP -> prices(node, key, path, value);
            case BUDGET_MAP, POLICY_MAP -> budgets(key, path, value);
            case FALLBACKS -> fallbacks(key, path, value);
            case ANY -> opaque(path, member);
            default -> single(key, path, value);
        }
    }

    private void subsection(KeyTable.Node node, KeySpec key, String path, ConfigNode value) {
        if (value instanceof ConfigNode.Mapping mapping) {
            section(node, path, mapping);
        } else {
            wrongType(key, path, value);
        }
    }

    private void sections(KeyTable.Node node, KeySpec key, String path, ConfigNode value) {
        KeyTable.Node element = node.element();
        if (!(value instanceof ConfigNode.Sequence sequence) || element == null) {
            wrongType(key, path, value);
            return;
        }
        values.list(path, sequence.items().size());
        for (int i = 0; i < sequence.items().size(); i++) {
            ConfigNode item = sequence.items().get(i);
            String itemPath = path + '[' + i + ']';
            values.place(itemPath, item.place());
            if (item instanceof ConfigNode.Mapping mapping) {
                section(element, itemPath, mapping);
            } else {
                hideAll(item);
                values.fault(itemPath, new Values.Fault("not a mapping", false), item.place());
                problems.add(
                        severity(),
                        item.place(),
                        path + " takes mappings, this is " + item.kind(),
                        null);
            }
        }
    }

    private void list(KeySpec key, String path, ConfigNode value) {
        List<ConfigNode> items;
        switch (value) {
            case ConfigNode.Sequence sequence -> items = sequence.items();
            case ConfigNode.Scalar scalar when !isOwn || !scalar.place().isInFile() ->
                    items = List.of(scalar);
            default -> {
                wrongType(key, path, value);
                return;
            }
        }
        List<String> texts = new ArrayList<>();
        for (ConfigNode item : items) {
            if (item instanceof ConfigNode.Scalar scalar) {
                String text = resolved(key, path, scalar);
                if (text != null) {
                    texts.add(text);
                }
            } else {
                wrongType(key, path, item);
            }
        }
        said(key, path, List.copyOf(texts), value.place(), false);
    }

    private void map(KeySpec key, String path, ConfigNode value) {
        if (!(value instanceof ConfigNode.Mapping mapping)) {
            wrongType(key, path, value);
            return;
        }
        mapping.overridden().forEach(this::duplicate);
        mapping.overridden().forEach(earlier -> hideAll(earlier.value()));
        Map<String, String> texts = new LinkedHashMap<>();
        for (ConfigNode.Member member : mapping.members().values()) {
            if (!(member.value() instanceof ConfigNode.Scalar scalar)) {
                hideAll(member.value());
                problems.add(
                        severity(),
                        member.value().place(),
                        path + " takes strings, this is " + member.value().kind(),
                        null);
                continue;
            }
            String text = scalar.isNull() ? null : resolved(key, path, scalar);
            if (text != null) {
                texts.put(member.key(), text);
            }
        }
        said(key, path, texts, value.place(), false);
    }

    private void aliases(KeySpec key, String path, ConfigNode value) {
        if (!(value instanceof ConfigNode.Mapping mapping)) {
            wrongType(key, path, value);
            return;
        }
        Map<String, AliasEntry> aliases = new LinkedHashMap<>();
        for (ConfigNode.Member member : mapping.members().values()) {
            AliasEntry alias = alias(key, path, member.value());
            if (alias == null) {
                problems.add(
                        severity(),
                        member.keyPlace(),
                        "an alias takes a model name, or {model: NAME, hidden: true}",
                        null);
            } else {
                aliases.put(member.key(), alias);
                values.place(path + '.' + member.key(), member.keyPlace());
            }
        }
        said(key, path, aliases, value.place(), false);
    }

    private @Nullable AliasEntry alias(KeySpec key, String path, ConfigNode value) {
        return switch (value) {
            case ConfigNode.Scalar model -> alias(key, path, model, false);
            case ConfigNode.Mapping mapping ->
                    mapping.find("model") instanceof ConfigNode.Scalar model
                            ? alias(key, path, model, isHidden(mapping))
                            : null;
            case ConfigNode.Sequence _ -> null;
        };
    }

    private @Nullable AliasEntry alias(
            KeySpec key, String path, ConfigNode.Scalar model, boolean isHidden) {
        String name = model.isNull() ? null : resolved(key, path, model);
        return name == null ? null : new AliasEntry(name, isHidden);
    }

    private static boolean isHidden(ConfigNode.Mapping alias) {
        return alias.find("hidden") instanceof ConfigNode.Scalar hidden
                && ValueParser.isTrue(hidden.text());
    }

    private void prices(KeyTable.Node node, KeySpec key, String path, ConfigNode value) {
        if (!(value instanceof ConfigNode.Mapping mapping)) {
            wrongType(key, path, value);
            return;
        }
        mapping.overridden().forEach(this::duplicate);
        Map<String, Map<String, BigDecimal>> models = new LinkedHashMap<>();
        for (ConfigNode.Member member : mapping.members().values()) {
            KeyTable.Node child = node.find(member.key());
            if (child != null && member.value() instanceof ConfigNode.Scalar) {
                member(child, path + '.' + member.key(), member);
            } else if (member.value() instanceof ConfigNode.Mapping amounts) {
                models.put(member.key(), amounts(key, path, amounts));
                values.place(path + '.' + member.key(), member.keyPlace());
            } else {
                wrongType(key, path + '.' + member.key(), member.value());
            }
        }
        said(key, path, models, value.place(), false);
    }

    private Map<String, BigDecimal> amounts(KeySpec key, String path, ConfigNode.Mapping amounts) {
        KeySpec decimal = KeySpec.used(path, KeyType.DECIMAL, "null", key.doc());
        Map<String, BigDecimal> read = new LinkedHashMap<>();
        for (ConfigNode.Member member : amounts.members().values()) {
            String text =
                    member.value() instanceof ConfigNode.Scalar scalar && !scalar.isNull()
                            ? resolved(key, path, scalar)
                            : null;
            Object amount = text == null ? null : ValueParser.parse(decimal, text.strip());
            if (amount instanceof BigDecimal price && ValueParser.isInRange(decimal, price)) {
                read.put(member.key(), price);
            } else {
                problems.add(
                        severity(),
                        member.value().place(),
                        path + " takes amounts of at least 0",
                        null);
            }
        }
        return read;
    }

    private void budgets(KeySpec key, String path, ConfigNode value) {
        if (!(value instanceof ConfigNode.Mapping mapping)) {
            wrongType(key, path, value);
            return;
        }
        mapping.overridden().forEach(this::duplicate);
        Map<String, Map<String, String>> budgets = new LinkedHashMap<>();
        for (ConfigNode.Member member : mapping.members().values()) {
            if (member.value() instanceof ConfigNode.Mapping fields) {
                budgets.put(member.key(), texts(key, path, fields));
                values.place(path + '.' + member.key(), member.keyPlace());
            } else {
                wrongType(key, path + '.' + member.key(), member.value());
            }
        }
        said(key, path, budgets, value.place(), false);
    }

    private Map<String, String> texts(KeySpec key, String path, ConfigNode.Mapping fields) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (ConfigNode.Member member : fields.members().values()) {
            String text =
                    member.value() instanceof ConfigNode.Scalar scalar && !scalar.isNull()
                            ? resolved(key, path, scalar)
                            : null;
            if (text != null) {
                texts.put(member.key(), text.strip());
            }
        }
        return texts;
    }

    /** LiteLLM writes a list of mappings; one mapping means the same. */
    private void fallbacks(KeySpec key, String path, ConfigNode value) {
        List<ConfigNode> items =
                value instanceof ConfigNode.Sequence sequence ? sequence.items() : List.of(value);
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (ConfigNode item : items) {
            if (item instanceof ConfigNode.Mapping mapping) {
                mapping.members()
                        .forEach((model, member) ->
                                lists.put(model, names(key, path, member.value())));
            } else {
                wrongType(key, path, item);
            }
        }
        said(key, path, lists, value.place(), false);
    }

    private List<String> names(KeySpec key, String path, ConfigNode value) {
        List<ConfigNode> items =
                value instanceof ConfigNode.Sequence sequence ? sequence.items() : List.of(value);
        List<String> names = new ArrayList<>();
        for (ConfigNode item : items) {
            String name =
                    item instanceof ConfigNode.Scalar scalar && !scalar.isNull()
                            ? resolved(key, path, scalar)
                            : null;
            if (name == null) {
                problems.add(severity(), item.place(), path + " takes names of models", null);
            } else {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    private void opaque(String path, ConfigNode.Member member) {
        hideAll(member.value());
        duplicates(member.value());
        note(path, member.keyPlace());
    }

    private void duplicates(ConfigNode value) {
        switch (value) {
            case ConfigNode.Scalar _ -> {}
            case ConfigNode.Sequence sequence -> sequence.items().forEach(this::duplicates);
            case ConfigNode.Mapping mapping -> {
                mapping.overridden().forEach(earlier -> hideAll(earlier.value()));
                mapping.overridden().forEach(this::duplicate);
                mapping.members().values().forEach(member -> duplicates(member.value()));
            }
        }
    }

    private void note(String path, Place place) {
        problems.addOnce(
                Severity.NOTE,
                "note:" + generic(path),
                place,
                generic(path) + " is accepted, not used by this version",
                null);
    }

    private void single(KeySpec key, String path, ConfigNode value) {
        if (!(value instanceof ConfigNode.Scalar scalar)) {
            wrongType(key, path, value);
            return;
        }
        String text = resolved(key, path, scalar);
        if (text == null) {
            return;
        }
        boolean isPrivate = references.resolve(scalar.text(), scalar.place(), !isOwn).isPrivate();
        Object typed = ValueParser.parse(key, text.strip().isEmpty() ? text : text.strip());
        if (typed == null) {
            malformed(key, path, scalar, text, isPrivate);
        } else if (!ValueParser.isInRange(key, typed)) {
            refused(path, scalar.place(), path + ' ' + range(key), null);
        } else {
            said(key, path, typed, scalar.place(), isPrivate);
        }
    }

    private void said(KeySpec key, String path, Object value, Place place, boolean isPrivate) {
        values.put(path, new Values.Value(key, value, place.toString(), isPrivate), place);
        if (!key.isUsed() && !value.equals(ValueParser.fallback(key))) {
            note(path, place);
        }
    }

    /** The scalar's text with its references replaced, or {@code null} if one has no value. */
    private @Nullable String resolved(KeySpec key, String path, ConfigNode.Scalar scalar) {
        boolean isShown = References.isBare(scalar.text()) || !key.isSecret();
        if (!isShown) {
            problems.hide(scalar.place());
        }
        References.Resolved resolved = references.resolve(scalar.text(), scalar.place(), !isOwn);
        if (resolved.unset() != null) {
            unset(path, scalar.place(), resolved.unset());
            return null;
        }
        if (resolved.fault() != null) {
            refused(path, scalar.place(), resolved.fault(), null);
            return null;
        }
        return resolved.text();
    }

    private void unset(String path, Place place, String variable) {
        values.fault(path, new Values.Fault(variable + " is not set", true), place);
        problems.addOnce(
                Severity.WARNING,
                "unset:" + variable,
                place,
                "the environment variable " + shown(variable) + " is not set",
                null);
    }

    private void malformed(
            KeySpec key, String path, ConfigNode.Scalar scalar, String text, boolean isPrivate) {
        String takes =
                key.choices().isEmpty()
                        ? key.type().words()
                        : "one of " + String.join(", ", key.choices());
        String hint = null;
        boolean isNumber = text.matches("[0-9]{1,15}(\\.[0-9]+)?");
        if (key.type() == KeyType.DURATION && isNumber && !isPrivate) {
            hint = "did you mean " + text + "s?";
        } else if (!key.choices().isEmpty()) {
            String near = NearNames.nearest(text, key.choices());
            hint = near == null ? null : "did you mean " + near + '?';
        }
        refused(path, scalar.place(), path + " takes " + takes, hint);
    }

    private static String range(KeySpec key) {
        if (key.type() == KeyType.DURATION || key.type() == KeyType.SECONDS) {
            return "must be positive";
        }
        String least = String.valueOf(key.min());
        return key.max() == Long.MAX_VALUE
                ? "must be at least " + least
                : "must be between " + least + " and " + key.max();
    }

    private void wrongType(KeySpec key, String path, ConfigNode value) {
        hideAll(value);
        refused(
                path,
                value.place(),
                path + " takes " + key.type().words() + ", this is " + value.kind(),
                null);
    }

    private void refused(String path, Place place, String message, @Nullable String hint) {
        values.fault(path, new Values.Fault(message, false), place);
        problems.add(severity(), place, message, hint);
    }

    private void hideAll(ConfigNode value) {
        switch (value) {
            case ConfigNode.Scalar scalar -> {
                if (!References.isBare(scalar.text()) && !isHarmless(scalar)) {
                    problems.hide(scalar.place());
                }
            }
            case ConfigNode.Sequence sequence -> sequence.items().forEach(this::hideAll);
            case ConfigNode.Mapping mapping ->
                    mapping.members().values().forEach(member -> hideAll(member.value()));
        }
    }

    private static boolean isHarmless(ConfigNode.Scalar scalar) {
        return scalar.isNull()
                || (scalar.plain() && scalar.text().matches("(?i)true|false|[0-9.]{1,6}"));
    }
}
