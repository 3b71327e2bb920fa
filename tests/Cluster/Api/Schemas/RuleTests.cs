using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Schemas;

/// <summary>Rules of definitions (x-kubernetes-validations), and what makes a definition unusable.</summary>
public sealed class RuleTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    private const string Group = "example.org";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string?> Values => new()
    {
        // Rule of spec, spec, and what the refusal says (null: it holds).
        { "self.min <= self.max", "{min: 1, max: 2}", null },
        { "self.min <= self.max", "{min: 3, max: 2}", "spec: Invalid value: failed rule: self.min <= self.max" },
        { "!has(self.min) || self.min > 1", "{}", null },
        { "has(self.min) && self.min > 1", "{}", "failed rule" },
        { "self.items.all(i, i.name.startsWith('a') && size(i.name) < 4)", "{items: [{name: ab}, {name: abc}]}", null },
        { "self.items.all(i, i.name.startsWith('a') && size(i.name) < 4)", "{items: [{name: ab}, {name: b}]}", "failed rule" },
        { "self.items.exists(i, i.name == 'b')", "{items: [{name: a}]}", "failed rule" },
        { "self.items.filter(i, i.name != 'b').map(i, i.name) == ['a']", "{items: [{name: a}, {name: b}]}", null },
        { "self.labels.all(k, k.matches('^[a-z]+$') && self.labels[k] != '')", "{labels: {a: x}}", null },
        { "self.labels.all(k, k.matches('^[a-z]+$') && self.labels[k] != '')", "{labels: {a: x, B: y}}", "failed rule" },
        { "quantity(self.size).compareTo(quantity('1Gi')) >= 0", "{size: 2Gi}", null },
        { "quantity(self.size).isGreaterThan(quantity('1Gi'))", "{size: 100M}", "failed rule" },
        { "isQuantity(self.size) && self.size.lowerAscii().split('g').size() == 2", "{size: 2Gi}", null },
        { "self.size in ['1Gi', '2Gi'] ? true : self.min == 1", "{size: 3Gi, min: 2}", "failed rule" },
        { "self.words.isSorted() && self.words.join('-') == 'a-b' && sets.contains(self.words, ['a'])", "{words: [a, b]}", null },
        { "self.port == 80 || self.port == 'http'", "{port: http}", null },
        { "self.port == 80 || self.port == 'http'", "{port: 81}", "evaluating rule: self.port == 80 || self.port == 'http'" },
        { "self.x__dash__y == 1", "{x-y: 1}", null },
        { "self.at < timestamp('2026-01-01T00:00:00Z')", "{at: '2025-01-01T00:00:00Z'}", null },
        { "self.at < timestamp('2026-01-01T00:00:00Z')", "{at: '2027-01-01T00:00:00Z'}", "failed rule" },
        { "self.wait <= duration('1h')", "{wait: 2h}", "failed rule" },
        { "self.min / self.max > 0", "{min: 1, max: 0}", "evaluating rule: self.min / self.max > 0" },
        { "isURL(self.size) || isIP(self.size)", "{size: 127.0.0.1}", null },
    };

    public static TheoryData<string, string> Wrong => new()
    {
        { "{rule: 'self.min >'}", "Syntax error" },
        { "{rule: 'self.mim > 1'}", "undefined field 'mim'" },
        { "{rule: 'self.items.all(i, i.nam == \"\")'}", "undefined field 'nam'" },
        { "{rule: 'other.min > 1'}", "undeclared reference to 'other'" },
        { "{rule: 'sizeOf(self.words) > 1'}", "undeclared reference to 'sizeOf'" },
        { "{rule: 'self.size.foo == 1'}", "type 'string' does not support field selection" },
        { "{rule: 'true', messageExpression: 'self.mim'}", "x-kubernetes-validations[0].messageExpression" },
        { "{rule: 'true', reason: Nonsense}", "x-kubernetes-validations[0].reason: Unsupported value: \"Nonsense\"" },
        { "{rule: 'true', fieldPath: .mim}", "fieldPath .mim is invalid: does not refer to a valid field" },
        { "{rule: 'true', optionalOldSelf: true}", "may not be set if oldSelf is not used in rule" },
        { "{message: x}", "rule is not specified" },
    };

    public static TheoryData<string, string, string> Unusable => new()
    {
        { "pattern: '^[a-z]+$'", "pattern: '^[a-z'", "properties[size].pattern: Invalid value: \"^[a-z\": must be a valid regular expression, but isn't: error parsing regexp: missing closing ]: `[a-z`" },
        { "pattern: '^[a-z]+$'", "pattern: '^(?!a)'", "error parsing regexp: invalid or unsupported Perl syntax: `(?!`" },
        { "pattern: '^[a-z]+$'", "pattern: '(a)\\1'", "error parsing regexp: invalid escape sequence: `\\1`" },
        { "type: string, pattern: '^[a-z]+$'", "pattern: '^[a-z]+$'", "properties[size].type: Required value: must not be empty for specified object fields" },
        { "type: string, pattern", "type: text, pattern", "properties[size].type: Unsupported value: \"text\"" },
        { "storage: true", "storage: false", "must have exactly one version marked as storage version" },
        { "name: widgets.example.org", "name: gadgets.example.org", "metadata.name: Invalid value: \"gadgets.example.org\": must be spec.names.plural+\".\"+spec.group" },
        { "scope: Namespaced", "scope: Everywhere", "spec.scope: Unsupported value: \"Everywhere\"" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_rule_holds_or_refuses(string rule, string spec, string? refusal)
    {
        var cluster = shared.Cluster;
        var ns = await cluster.NamespaceAsync();
        var plural = await DefineAsync(cluster, $$"""[{rule: "{{rule}}"}]""");
        await ExpectAsync(() => CreateAsync(cluster, plural, ns, spec), refusal);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_rule_that_cannot_be_read_refuses_the_definition(string rule, string message)
    {
        var cluster = shared.Cluster;
        var refusal = await TestCluster.RefusedAsync(() => DefineAsync(cluster, $"[{rule}]"));
        refusal.Code.ShouldBe(422);
        refusal.Message.ShouldContain("spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]");
        refusal.Message.ShouldContain(message);
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task A_definition_that_cannot_be_used_is_refused_with_the_field(string from, string to, string message)
    {
        const string definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.org}
            spec:
              group: example.org
              scope: Namespaced
              names: {kind: Widget, plural: widgets}
              versions:
              - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {size: {type: string, pattern: '^[a-z]+$'}}}}}
            """;
        definition.ShouldContain(from);
        var cluster = shared.Cluster;
        var refusal = await TestCluster.RefusedAsync(() => ApplyAsync(cluster, definition.Replace(from, to, StringComparison.Ordinal)));
        refusal.Code.ShouldBe(422);
        refusal.Message.ShouldContain(message);
    }

    [Fact]
    public async Task Messages_reasons_and_fields_are_those_of_the_rule()
    {
        var cluster = shared.Cluster;
        var ns = await cluster.NamespaceAsync();
        var plural = await DefineAsync(cluster, """
            [{rule: self.min < 10, message: too much, reason: FieldValueForbidden, fieldPath: .min},
             {rule: self.max < 10, message: unused, messageExpression: "'at most ' + string(10) + ', not ' + string(self.max)"}]
            """);
        var refusal = await TestCluster.RefusedAsync(() => CreateAsync(cluster, plural, ns, "{min: 10, max: 11}"));
        refusal.Details.Causes.Select(cause => (cause.Field, cause.Reason, cause.Message)).ShouldBe(
        [
            ("spec.min", "FieldValueForbidden", "Forbidden: too much"),
            ("spec", "FieldValueInvalid", "Invalid value: at most 10, not 11"),
        ]);

        // Of what has not the shape, no rule is asked.
        var shapeless = await TestCluster.RefusedAsync(() => CreateAsync(cluster, plural, ns, "{min: many, max: 11}"));
        shapeless.Message.ShouldContain("spec.min in body must be of type integer");
        shapeless.Message.ShouldContain("some validation rules were not checked because the object was invalid");
        shapeless.Message.ShouldNotContain("at most");
    }

    [Fact]
    public async Task Transitions_are_asked_of_updates_only_and_what_stays_is_not_refused()
    {
        var cluster = shared.Cluster;
        var ns = await cluster.NamespaceAsync();
        var plural = await DefineAsync(cluster, """
            [{rule: self.min >= oldSelf.min, message: min may not shrink},
             {rule: "!oldSelf.hasValue() || self.size == oldSelf.value().size", optionalOldSelf: true, message: size stays},
             {rule: "oldSelf.hasValue() || self.max == 1", optionalOldSelf: true, message: begin with 1}]
            """);
        await ExpectAsync(() => CreateAsync(cluster, plural, ns, "{min: 5, max: 2, size: a}"), "begin with 1");
        await CreateAsync(cluster, plural, ns, "{min: 5, max: 1, size: a}");
        await PatchAsync("{\"spec\":{\"min\":6,\"max\":2}}");
        await ExpectAsync(() => PatchAsync("{\"spec\":{\"min\":5}}"), "min may not shrink");
        await ExpectAsync(() => PatchAsync("{\"spec\":{\"size\":\"b\"}}"), "size stays");
        await PatchAsync("{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");

        Task<object> PatchAsync(string patch) => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch(patch, V1Patch.PatchType.MergePatch), Group, "v1", ns, plural, "one", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task An_object_that_a_later_rule_would_refuse_can_still_be_changed_elsewhere()
    {
        var cluster = shared.Cluster;
        var ns = await cluster.NamespaceAsync();
        var plural = await DefineAsync(cluster, "[]");
        await CreateAsync(cluster, plural, ns, "{min: 5}");
        await ApplyAsync(cluster, Definition(plural, "[{rule: self.min < 5}]"));
        await cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch("""{"metadata":{"labels":{"a":"b"}}}""", V1Patch.PatchType.MergePatch), Group, "v1", ns, plural, "one", cancellationToken: Cancellation);
        await ExpectAsync(
            () => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
                new V1Patch("""{"spec":{"min":6}}""", V1Patch.PatchType.MergePatch), Group, "v1", ns, plural, "one", cancellationToken: Cancellation),
            "failed rule: self.min < 5");
    }

    [Fact]
    public async Task What_this_cluster_cannot_evaluate_is_said_and_let_pass()
    {
        var cluster = shared.Cluster;
        var ns = await cluster.NamespaceAsync();
        var kubectl = await Kubectl.FindAsync(cluster);
        var plural = Plural();
        var output = (await kubectl.InvokeAsync(Definition(plural, "[{rule: \"self.?size.orValue('') != 'x'\"}, {rule: self.min < 5}]"), "apply", "-f", "-")).Output;
        output.ShouldContain("this cluster does not evaluate it: optional selection");
        output.ShouldContain("created");
        await CreateAsync(cluster, plural, ns, "{min: 1, size: x}");
        await ExpectAsync(() => CreateAsync(cluster, plural, ns, "{min: 5}", "two"), "failed rule: self.min < 5");
    }

    private static string Plural() => $"w{Guid.NewGuid():N}"[..12];

    private static string Definition(string plural, string rules) => """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: PLURAL.example.org}
        spec:
          group: example.org
          scope: Namespaced
          names: {kind: KIND, plural: PLURAL}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      min: {type: integer}
                      max: {type: integer}
                      size: {type: string}
                      x-y: {type: integer}
                      port: {x-kubernetes-int-or-string: true}
                      at: {type: string, format: date-time}
                      wait: {type: string, format: duration}
                      words: {type: array, items: {type: string}}
                      labels: {type: object, additionalProperties: {type: string}}
                      items: {type: array, items: {type: object, properties: {name: {type: string}}}}
                    x-kubernetes-validations: RULES
        """.Replace("PLURAL", plural, StringComparison.Ordinal).Replace("KIND", plural.ToUpperInvariant(), StringComparison.Ordinal).Replace("RULES", rules.ReplaceLineEndings(" "), StringComparison.Ordinal);

    private static async Task<string> DefineAsync(TestCluster cluster, string rules)
    {
        var plural = Plural();
        await ApplyAsync(cluster, Definition(plural, rules));
        return plural;
    }

    private static Task<V1CustomResourceDefinition> ApplyAsync(TestCluster cluster, string yaml)
    {
        var definition = Parse(yaml);
        return cluster.Client.ApiextensionsV1.PatchCustomResourceDefinitionAsync(
            new V1Patch(definition.ToJsonString(), V1Patch.PatchType.ApplyPatch), (string)definition["metadata"]!["name"]!, fieldManager: "test", force: true, cancellationToken: Cancellation);
    }

    private static Task<object> CreateAsync(TestCluster cluster, string plural, string ns, string spec, string name = "one") => cluster.Client.CustomObjects.CreateNamespacedCustomObjectAsync(
        Parse($"{{apiVersion: {Group}/v1, kind: {plural.ToUpperInvariant()}, metadata: {{name: {name}}}, spec: {spec}}}"), Group, "v1", ns, plural, cancellationToken: Cancellation);

    private static JsonNode Parse(string yaml) => YamlJson.Parse(yaml)!;

    private static async Task ExpectAsync(Func<Task> action, string? refusal)
    {
        if (refusal is null)
        {
            await action();
            return;
        }

        var status = await TestCluster.RefusedAsync(action);
        status.Code.ShouldBe(422);
        status.Message.ShouldContain(refusal);
    }
}
