using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Api.Http;

/// <summary>One event in the names of both its APIs.</summary>
public sealed class EventTests
{
    private const string Events = "/apis/events.k8s.io/v1/namespaces/default/events";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_newer_recorder_writes_the_older_API_shows_and_the_other_way_round()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var client = cluster.Client;
        await client.EventsV1.CreateNamespacedEventAsync(New("one"), "default", cancellationToken: Cancellation);
        var core = await client.CoreV1.ReadNamespacedEventAsync("one", "default", cancellationToken: Cancellation);
        core.ApiVersion.ShouldBe("v1");
        core.InvolvedObject.Name.ShouldBe("simplest");
        core.Message.ShouldBe("it is done");
        core.ReportingComponent.ShouldBe("tempo-operator");
        core.EventTime.ShouldNotBeNull();

        // So do recorders count: by a patch of the series.
        await client.EventsV1.PatchNamespacedEventAsync(
            new V1Patch("""{"series":{"count":2,"lastObservedTime":"2026-01-01T00:00:01.000000Z"}}""", V1Patch.PatchType.StrategicMergePatch), "one", "default", cancellationToken: Cancellation);
        (await client.CoreV1.ReadNamespacedEventAsync("one", "default", cancellationToken: Cancellation)).Series.Count.ShouldBe(2);

        var old = await client.CoreV1.CreateNamespacedEventAsync(new Corev1Event
        {
            Metadata = new V1ObjectMeta { Name = "two" },
            InvolvedObject = new V1ObjectReference { Kind = "Pod", Name = "p", NamespaceProperty = "default" },
            Message = "an old one",
            Reason = "Old",
            Type = "Normal",
            Count = 3,
        }, "default", cancellationToken: Cancellation);
        var listed = (await client.EventsV1.ListNamespacedEventAsync("default", fieldSelector: "regarding.kind=Pod,regarding.name=p", cancellationToken: Cancellation)).Items.ShouldHaveSingleItem();
        (listed.Note, listed.DeprecatedCount, listed.Regarding.Name).ShouldBe(("an old one", 3, "p"));
        listed.Uid().ShouldBe(old.Uid());
        listed.ApiVersion.ShouldBe("events.k8s.io/v1");

        await client.EventsV1.DeleteNamespacedEventAsync("two", "default", cancellationToken: Cancellation);
        (await client.CoreV1.ListNamespacedEventAsync("default", fieldSelector: "involvedObject.name=p", cancellationToken: Cancellation)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_watch_shows_both_kinds_of_events_in_its_own_names()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        using var http = cluster.Http();
        using var answer = await http.GetAsync(new Uri($"{Events}?watch=true&fieldSelector=regarding.name=simplest", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        await cluster.Client.CoreV1.CreateNamespacedEventAsync(new Corev1Event
        {
            Metadata = new V1ObjectMeta { Name = "old" },
            InvolvedObject = new V1ObjectReference { Kind = "TempoStack", Name = "simplest", NamespaceProperty = "default" },
            Message = "an old one",
        }, "default", cancellationToken: Cancellation);
        await cluster.Client.EventsV1.CreateNamespacedEventAsync(New("new"), "default", cancellationToken: Cancellation);
        foreach (var note in (string[])["an old one", "it is done"])
        {
            var line = JsonNode.Parse((await reader.ReadLineAsync(Cancellation))!)!;
            ((string?)line["type"]).ShouldBe("ADDED");
            ((string?)line["object"]!["apiVersion"]).ShouldBe("events.k8s.io/v1");
            ((string?)line["object"]!["note"]).ShouldBe(note);
            line["object"]!["message"].ShouldBeNull();
        }
    }

    [Fact]
    public async Task The_newer_API_asks_for_more_than_the_older_one()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var client = cluster.Client;
        var without = New("one");
        without.EventTime = null;
        without.Type = "Strange";
        without.DeprecatedCount = 1;
        var refusal = await TestCluster.RefusedAsync(() => client.EventsV1.CreateNamespacedEventAsync(without, "default", cancellationToken: Cancellation));
        refusal.Code.ShouldBe(422);
        refusal.Details.Causes.Select(cause => cause.Field).ShouldBe(["eventTime", "type", "count"]);

        var anonymous = New("one");
        anonymous.ReportingController = "";
        anonymous.Action = null;
        (await TestCluster.RefusedAsync(() => client.EventsV1.CreateNamespacedEventAsync(anonymous, "default", cancellationToken: Cancellation)))
            .Details.Causes.Select(cause => cause.Field).ShouldBe(["reportingComponent", "action"]);

        await client.EventsV1.CreateNamespacedEventAsync(New("one"), "default", cancellationToken: Cancellation);
        (await TestCluster.RefusedAsync(() => client.EventsV1.PatchNamespacedEventAsync(
            new V1Patch("""{"note":"another"}""", V1Patch.PatchType.MergePatch), "one", "default", cancellationToken: Cancellation)))
            .Message.ShouldContain("message: Invalid value: \"another\": field is immutable");

        // Of the other API's names, none is known here.
        using var http = cluster.Http();
        using var body = new StringContent("""{"metadata":{"name":"mixed"},"message":"a core name"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri($"{Events}?fieldValidation=Strict", UriKind.Relative), body, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("unknown field \\u0022message\\u0022");

        (await TestCluster.RefusedAsync(() => client.CoreV1.CreateNamespacedEventAsync(new Corev1Event
        {
            Metadata = new V1ObjectMeta { Name = "astray" },
            InvolvedObject = new V1ObjectReference { Kind = "Pod", Name = "p", NamespaceProperty = "elsewhere" },
        }, "default", cancellationToken: Cancellation))).Message.ShouldContain("does not match event.namespace");
    }

    [Fact]
    public async Task Kubectl_shows_events_of_either_kind_by_either_name()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Kubectl.FindAsync(cluster);
        await cluster.Client.EventsV1.CreateNamespacedEventAsync(New("one"), "default", cancellationToken: Cancellation);
        (await kubectl.RunAsync("api-resources", "--api-group=events.k8s.io", "--no-headers")).ShouldMatch(@"events\s+ev\s+events.k8s.io/v1\s+true\s+Event");
        foreach (var resource in (string[])["events", "events.events.k8s.io"])
        {
            (await kubectl.RunAsync("get", resource)).ShouldMatch(@"LAST SEEN\s+TYPE\s+REASON\s+OBJECT\s+MESSAGE\s*\n.*Normal\s+Reconciled\s+tempostack/simplest\s+it is done");
        }

        (await kubectl.RunAsync("events")).ShouldContain("it is done");
        (await kubectl.RunAsync("get", "events.events.k8s.io", "one", "-o", "jsonpath={.note} {.regarding.name}")).ShouldBe("it is done simplest");
        (await kubectl.RunAsync("explain", "event.note", "--api-version=events.k8s.io/v1")).ShouldContain("FIELD: note");
        (await kubectl.RunAsync("label", "events.events.k8s.io", "one", "a=b")).ShouldContain("labeled");
        (await kubectl.RunAsync("get", "events", "-l", "a=b", "-o", "name")).ShouldBe("event/one");
        (await kubectl.RunAsync("delete", "events.events.k8s.io", "--all")).ShouldContain("deleted");
        (await kubectl.RunAsync("get", "events")).ShouldContain("No resources found");
    }

    private static Eventsv1Event New(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        EventTime = DateTime.UtcNow,
        ReportingController = "tempo-operator",
        ReportingInstance = "tempo-operator-0",
        Action = "Reconcile",
        Reason = "Reconciled",
        Regarding = new V1ObjectReference { ApiVersion = "tempo.grafana.com/v1alpha1", Kind = "TempoStack", Name = "simplest", NamespaceProperty = "default" },
        Note = "it is done",
        Type = "Normal",
    };
}
