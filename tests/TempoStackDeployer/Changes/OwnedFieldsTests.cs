using System.Text.Json.Nodes;
using TempoCos.TempoStackDeployer.Changes;

namespace TempoCos.TempoStackDeployer.Tests.Changes;

public sealed class OwnedFieldsTests
{
    [Fact]
    public void Only_what_the_manager_has_applied_is_taken_with_its_values_of_now()
    {
        var live = JsonNode.Parse("""
            {
              "apiVersion": "v1", "kind": "Thing",
              "metadata": {
                "name": "n", "namespace": "ns", "labels": {"ours": "1", "theirs": "2"},
                "managedFields": [
                  {"manager": "tempocos", "operation": "Apply", "fieldsV1": {
                    "f:metadata": {"f:labels": {"f:ours": {}}},
                    "f:spec": {"f:replicas": {}, "f:whole": {}, "f:env": {"k:{\"name\":\"A\"}": {".": {}, "f:name": {}, "f:value": {}}}, "f:tags": {"v:\"x\"": {}}, "f:gone": {}}}},
                  {"manager": "tempocos", "operation": "Update", "fieldsV1": {"f:spec": {"f:defaulted": {}}}},
                  {"manager": "tempocos", "operation": "Apply", "subresource": "status", "fieldsV1": {"f:status": {}}},
                  {"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {"f:other": {}}}}
                ]
              },
              "spec": {"replicas": 3, "whole": {"a": [1, 2]}, "env": [{"name": "B", "value": "b"}, {"name": "A", "value": "a", "more": 1}], "tags": ["y", "x"], "defaulted": 1, "other": 2},
              "status": {"ready": true}
            }
            """)!.AsObject();

        var owned = OwnedFields.Of(live, "tempocos");

        JsonNode.DeepEquals(owned, JsonNode.Parse("""
            {
              "apiVersion": "v1", "kind": "Thing", "metadata": {"name": "n", "namespace": "ns", "labels": {"ours": "1"}},
              "spec": {"replicas": 3, "whole": {"a": [1, 2]}, "env": [{"name": "A", "value": "a"}], "tags": ["x"]}
            }
            """)).ShouldBeTrue(owned.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":1,"b":{"c":1,"d":2},"l":[1]}""", """{"a":2,"b":{"c":1},"l":[1,2],"n":true}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{}}""")]
    [InlineData("""{}""", """{}""")]
    public void A_merge_patch_makes_the_one_of_the_other(string before, string after)
    {
        var (from, to) = (JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(after)!.AsObject());

        var patch = MergePatch.Between(from, to);

        Merge(from, patch);
        JsonNode.DeepEquals(from, to).ShouldBeTrue(patch.ToJsonString());

        static void Merge(JsonObject target, JsonObject patch)
        {
            foreach (var (key, value) in patch)
            {
                if (value is JsonObject inner && target[key] is JsonObject there)
                {
                    Merge(there, inner);
                }
                else if (value is null)
                {
                    target.Remove(key);
                }
                else
                {
                    target[key] = value.DeepClone();
                }
            }
        }
    }

    [Fact]
    public void What_changed_is_named_by_field_and_variables_keep_their_values_to_themselves()
    {
        var changed = ChangedFields.Between(JsonNode.Parse("""{"a":{"b":1},"gone":"x","env":[{"value":"old-word"}]}"""), JsonNode.Parse("""{"a":{"b":2},"new":[true],"env":[{"value":"hidden-word"}]}"""));

        changed.Before.ShouldBe(new Dictionary<string, string> { ["spec.a.b"] = "1", ["spec.env[0].value"] = "(not shown)", ["spec.gone"] = "x", ["spec.new[0]"] = "" });
        changed.Now.ShouldBe(new Dictionary<string, string> { ["spec.a.b"] = "2", ["spec.env[0].value"] = "(not shown)", ["spec.gone"] = "", ["spec.new[0]"] = "true" });
        changed.ToString().ShouldNotContain("word");
    }
}
