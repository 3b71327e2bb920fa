using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Admission;

/// <summary>Priorities of pods, as kube-apiserver 1.36 gives and refuses them.</summary>
public sealed class PriorityTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    private const string Classes = "/apis/scheduling.k8s.io/v1/priorityclasses";

    [Fact]
    public async Task A_pod_has_the_priority_of_its_class_which_must_be_there()
    {
        var name = $"high-{Guid.NewGuid():N}";
        var missing = await PodAsync($"\"priorityClassName\":\"{name}\"");
        (missing.Code, missing.Message).ShouldBe((403, $"pods \"p-\" is forbidden: no PriorityClass with name {name} was found"));

        var made = await PostAsync(Classes, $$$"""{"metadata":{"name":"{{{name}}}"},"value":7,"preemptionPolicy":"Never"}""");
        (made.Code, made.Body.Number("metadata", "generation")).ShouldBe((201, 1));
        var pod = await PodAsync($"\"priorityClassName\":\"{name}\"");
        (pod.Code, pod.Body.Number("spec", "priority"), pod.Body.Text("spec", "preemptionPolicy")).ShouldBe((201, 7, "Never"));
        (await PodAsync($"\"priorityClassName\":\"{name}\",\"priority\":7")).Code.ShouldBe(201);
        (await PodAsync($"\"priorityClassName\":\"{name}\",\"priority\":8")).Message.ShouldEndWith(
            "the integer value of priority (8) must not be provided in pod spec; priority admission controller computed 7 from the given PriorityClass name");
        (await PodAsync($"\"priorityClassName\":\"{name}\",\"preemptionPolicy\":\"PreemptLowerPriority\"")).Message.ShouldEndWith(
            "the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name");

        var plain = await PodAsync("\"enableServiceLinks\":true");
        (plain.Body.Text("spec", "priorityClassName"), plain.Body.Number("spec", "priority"), plain.Body.Text("spec", "preemptionPolicy")).ShouldBe((null, 0, "PreemptLowerPriority"));
        var system = await PodAsync("\"priorityClassName\":\"system-node-critical\"");
        (system.Body.Number("spec", "priority"), system.Body.Text("spec", "preemptionPolicy")).ShouldBe((2000001000, "PreemptLowerPriority"));
    }

    [Fact]
    public async Task One_class_at_most_is_everybodys()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        (await PostAsync(Classes, """{"metadata":{"name":"usual"},"value":3,"globalDefault":true}""", cluster)).Code.ShouldBe(201);
        var second = await PostAsync(Classes, """{"metadata":{"name":"second"},"value":2,"globalDefault":true}""", cluster);
        (second.Code, second.Message).ShouldBe((403, "priorityclasses.scheduling.k8s.io \"second\" is forbidden: PriorityClass usual is already marked as default. Only one default can exist"));
        var pod = await PodAsync("\"enableServiceLinks\":true", cluster);
        (pod.Body.Text("spec", "priorityClassName"), pod.Body.Number("spec", "priority")).ShouldBe(("usual", 3));
        var changed = await ApiAnswer.OfAsync(cluster, HttpMethod.Patch, $"{Classes}/usual", """{"description":"changed"}""", "application/merge-patch+json");
        (changed.Code, changed.Body.Number("metadata", "generation")).ShouldBe((200, 1));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"system-mine"},"value":1}""", "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class")]
    [InlineData("""{"metadata":{"name":"much"},"value":1000000001}""", "value: Forbidden: maximum allowed value of a user defined priority is 1000000000")]
    [InlineData("""{"metadata":{"name":"odd"},"value":1,"preemptionPolicy":"Sometimes"}""", "preemptionPolicy: Unsupported value: \"Sometimes\": supported values: \"PreemptLowerPriority\", \"Never\"")]
    public async Task A_class_that_cannot_be_is_refused(string body, string because)
    {
        var refused = await PostAsync(Classes, body);
        (refused.Code, refused.Message.EndsWith(" is invalid: " + because, StringComparison.Ordinal)).ShouldBe((422, true), refused.Message);
    }

    [Fact]
    public async Task What_a_class_is_worth_stays_and_a_table_shows_it()
    {
        var name = $"kept-{Guid.NewGuid():N}";
        (await PostAsync(Classes, $$$"""{"metadata":{"name":"{{{name}}}"},"value":5}""")).Code.ShouldBe(201);
        var changed = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Patch, $"{Classes}/{name}", """{"value":6,"preemptionPolicy":"Never"}""", "application/merge-patch+json");
        (changed.Code, changed.Message).ShouldBe((422, $"PriorityClass.scheduling.k8s.io \"{name}\" is invalid: [value: Forbidden: may not be changed in an update., preemptionPolicy: Invalid value: \"Never\": field is immutable]"));
        var table = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{Classes}/{name}", accept: "application/json;as=Table;v=v1;g=meta.k8s.io");
        table.Body.Objects("columnDefinitions").Select(column => column.Text("name")).ShouldBe(["Name", "Value", "Global-Default", "Age", "PreemptionPolicy"]);
        table.Body!["rows"]![0]!["cells"]!.AsArray().Where((_, i) => i != 3).Select(cell => cell!.ToString()).ShouldBe([name, "5", "false", "PreemptLowerPriority"]);
    }

    private Task<ApiAnswer> PodAsync(string field, TestCluster? cluster = null) =>
        PostAsync("/api/v1/namespaces/default/pods?dryRun=All", $$$"""{"metadata":{"generateName":"p-"},"spec":{{{{field}}},"containers":[{"name":"c","image":"x"}]}}""", cluster);

    private Task<ApiAnswer> PostAsync(string path, string body, TestCluster? cluster = null) => ApiAnswer.OfAsync(cluster ?? shared.Cluster, HttpMethod.Post, path, body);
}
