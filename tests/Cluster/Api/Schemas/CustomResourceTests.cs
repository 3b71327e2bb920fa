namespace TempoCos.Cluster.Tests.Api.Schemas;

public sealed class CustomResourceTests
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.org}
        spec:
          group: example.org
          scope: Namespaced
          names: {kind: Widget, plural: widgets, shortNames: [wd]}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}, scale: {specReplicasPath: .spec.count, statusReplicasPath: .status.count}}
            additionalPrinterColumns: [{name: Size, type: string, jsonPath: .spec.size}]
            schema:
              openAPIV3Schema:
                type: object
                description: A thing.
                properties:
                  spec:
                    type: object
                    required: [size]
                    properties:
                      size: {type: string, enum: [small, large], description: How large it is.}
                      count: {type: integer, minimum: 1, maximum: 5, default: 2}
                      name: {type: string, pattern: '^[a-z]+$', maxLength: 4}
                      storage: {anyOf: [{type: integer}, {type: string}], x-kubernetes-int-or-string: true}
                      open: {type: object, x-kubernetes-preserve-unknown-fields: true}
                      labels: {type: object, additionalProperties: {type: string}}
                      parts:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [id]
                        items: {type: object, required: [id], properties: {id: {type: string}, used: {type: boolean, default: true}}}
                  status: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_definition_serves_validates_defaults_prunes_and_goes_with_its_objects()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Kubectl.FindAsync(cluster);
        (await kubectl.InvokeAsync(Definition, "apply", "-f", "-")).Output.ShouldBe("customresourcedefinition.apiextensions.k8s.io/widgets.example.org created");
        (await kubectl.RunAsync("wait", "--for=condition=Established", "crd/widgets.example.org", "--timeout=30s")).ShouldContain("condition met");
        (await kubectl.RunAsync("api-resources", "--api-group=example.org", "--no-headers")).ShouldMatch(@"widgets\s+wd\s+example.org/v1\s+true\s+Widget");
        (await kubectl.RunAsync("explain", "widgets.spec.size")).ShouldContain("How large it is.");

        (await ApplyAsync("{size: large, storage: 1Gi, open: {a: {b: 1}}, labels: {x: z}, parts: [{id: a}]}")).ShouldBe("widget.example.org/one created");
        (await kubectl.RunAsync("get", "wd", "one", "-o", "jsonpath={.spec.count} {.spec.parts[0].used} {.spec.open.a.b}")).ShouldBe("2 true 1");
        (await kubectl.RunAsync("get", "wd")).ShouldMatch(@"NAME\s+SIZE\s*\n?\s*one\s+large");
        (await kubectl.RunAsync("scale", "wd/one", "--replicas=3")).ShouldBe("widget.example.org/one scaled");
        (await kubectl.RunAsync("get", "wd", "one", "-o", "jsonpath={.spec.count}")).ShouldBe("3");

        (await ApplyAsync("{}")).ShouldContain("The Widget \"one\" is invalid: spec.size: Required value");
        (await ApplyAsync("{size: medium}")).ShouldContain("spec.size: Unsupported value: \"medium\": supported values: \"small\", \"large\"");
        (await ApplyAsync("{size: small, count: 9}")).ShouldContain("spec.count: Invalid value: 9: spec.count in body should be less than or equal to 5");
        (await ApplyAsync("{size: small, count: many}")).ShouldContain("spec.count: Invalid value: \"string\": spec.count in body must be of type integer: \"string\"");
        (await ApplyAsync("{size: small, name: '1'}")).ShouldContain("spec.name: Invalid value: \"1\": spec.name in body should match '^[a-z]+$'");
        (await ApplyAsync("{size: small, name: abcde}")).ShouldContain("spec.name: Too long: may not be more than 4 bytes");
        (await ApplyAsync("{size: small, storage: true}")).ShouldContain("spec.storage in body must be of type integer,string: \"boolean\"");
        (await ApplyAsync("{size: small, parts: [{id: a}, {id: a}]}")).ShouldContain("spec.parts[1]: Duplicate value: {\"id\":\"a\"}");
        (await ApplyAsync("{size: small, bogus: 1, parts: [{id: a, more: 2}]}")).ShouldContain("strict decoding error: unknown field \"spec.bogus\", unknown field \"spec.parts[0].more\"");
        (await ApplyAsync("{size: small, bogus: 1}", "--validate=warn")).ShouldContain("Warning: unknown field \"spec.bogus\"");
        (await ApplyAsync("{size: small, bogus: 1}", "--validate=ignore")).ShouldNotContain("bogus");
        (await kubectl.RunAsync("get", "wd", "one", "-o", "jsonpath={.spec.bogus}")).ShouldBe("");
        (await ApplyAsync("{size: small, bogus: 1}", "--server-side", "--force-conflicts")).ShouldContain(".spec.bogus: field not declared in schema");

        (await kubectl.RunAsync("patch", "wd", "one", "--type=merge", "-p", """{"metadata":{"finalizers":["example.org/hold"]}}""")).ShouldContain("patched");
        (await kubectl.RunAsync("delete", "crd", "widgets.example.org", "--wait=false")).ShouldContain("deleted");
        await Eventually.TrueAsync("the deletion of the object", async () => (await kubectl.RunAsync("get", "wd", "one", "-o", "jsonpath={.metadata.deletionTimestamp}")).Length > 0);
        (await kubectl.RunAsync("get", "crd", "widgets.example.org", "-o", "name")).ShouldContain("widgets.example.org");
        (await kubectl.RunAsync("patch", "wd", "one", "--type=merge", "-p", """{"metadata":{"finalizers":null}}""")).ShouldContain("patched");
        (await kubectl.RunAsync("wait", "--for=delete", "crd/widgets.example.org", "--timeout=30s")).ShouldNotContain("error");

        // In which words depends on whether kubectl still remembers it.
        (await kubectl.RunAsync("get", "wd")).ShouldContain("the server");

        async Task<string> ApplyAsync(string spec, params string[] options) => (await kubectl.InvokeAsync($"""
            apiVersion: example.org/v1
            kind: Widget
            metadata: [name: one]
            spec: {spec}
            """.Replace("[name: one]", "{name: one, namespace: default}", StringComparison.Ordinal), ["apply", "-f", "-", .. options])).Output;
    }

    [Fact]
    public async Task Built_in_kinds_are_checked_for_fields_and_types()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Kubectl.FindAsync(cluster);
        (await ApplyAsync("data: {a: b}\ndta: {a: b}")).ShouldContain("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dta\"");
        (await ApplyAsync("data: {a: 1}")).ShouldContain("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data.a of type string");
        (await ApplyAsync("data: {a: b}")).ShouldBe("configmap/one created");
        (await kubectl.RunAsync("label", "configmap", "one", "a=b c")).ShouldContain("a valid label must be an empty string or consist of alphanumeric characters");
        (await kubectl.RunAsync("explain", "deployment.spec.template.spec.containers.image")).ShouldContain("FIELD: image <string>");
        (await kubectl.RunAsync("explain", "networkpolicy.spec")).ShouldContain("podSelector");

        async Task<string> ApplyAsync(string content) => (await kubectl.InvokeAsync(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: default}\n" + content, "apply", "-f", "-")).Output;
    }
}
