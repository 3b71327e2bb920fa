using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Faults;

namespace TempoCos.Cluster.Tests.Api.Faults;

public sealed class FaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "Unauthorized", "Unauthorized")]
    [InlineData(403, "Forbidden", "configmaps is forbidden: User \"tempocos-admin\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\"")]
    [InlineData(410, "Expired", "too old resource version")]
    [InlineData(429, "TooManyRequests", "the server has received too many requests and has asked us to try again later")]
    [InlineData(500, "InternalError", "Internal error occurred: an error on the server has prevented the request from succeeding")]
    [InlineData(503, "ServiceUnavailable", "the server is currently unable to handle the request")]
    public async Task A_rule_refuses_what_it_names_and_nothing_else(int status, string reason, string message)
    {
        var faults = new FaultList();
        await using var cluster = await TestCluster.StartAsync(options => Take(options, out faults));
        using var http = cluster.Http();
        faults.Add(new FaultRule { Verb = "list", Resource = "configm*", Namespace = "default", Status = status, RetryAfterSeconds = 7, Count = 1 });

        (await http.GetAsync(Uri("/api/v1/namespaces/kube-system/configmaps"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(Uri("/api/v1/namespaces/default/secrets"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await http.GetAsync(Uri("/api/v1/namespaces/default/configmaps"), Cancellation);
        ((int)refused.StatusCode).ShouldBe(status);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        var body = KubernetesJson.Deserialize<V1Status>(await refused.Content.ReadAsStringAsync(Cancellation));
        (body.Code, body.Reason, body.Message, body.Details.RetryAfterSeconds).ShouldBe((status, reason, message, 7));

        // Its count is used up.
        (await http.GetAsync(Uri("/api/v1/namespaces/default/configmaps"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        faults.Rules[0].Hits.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_breaks_before_or_after_the_effect()
    {
        var faults = new FaultList();
        await using var cluster = await TestCluster.StartAsync(options => Take(options, out faults));
        using var http = cluster.Http();
        faults.Add(new FaultRule { Verb = "create", Resource = "configmaps", Drop = FaultDrop.Before, Count = 1 });
        faults.Add(new FaultRule { Verb = "create", Resource = "configmaps", Drop = FaultDrop.After, Count = 1 });

        await Should.ThrowAsync<HttpRequestException>(() => http.PostAsJsonAsync(Uri("/api/v1/namespaces/default/configmaps"), Map("before"), Cancellation));
        await Should.ThrowAsync<HttpRequestException>(() => http.PostAsJsonAsync(Uri("/api/v1/namespaces/default/configmaps"), Map("after"), Cancellation));

        var there = await cluster.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Cancellation);
        there.Items.Select(map => map.Name()).ShouldContain("after");
        there.Items.Select(map => map.Name()).ShouldNotContain("before");
    }

    [Fact]
    public async Task A_request_waits_as_long_as_the_rule_says()
    {
        var faults = new FaultList();
        await using var cluster = await TestCluster.StartAsync(options => Take(options, out faults));
        using var http = cluster.Http();
        faults.Add(new FaultRule { Resource = "/version", DelayMilliseconds = 600_000 });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var waiting = http.GetAsync(Uri("/version"), patience.Token);

        (await http.GetAsync(Uri("/api/v1/namespaces"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.TrueAsync("the request that waits", () => Task.FromResult(faults.Rules[0].Hits == 1));
        waiting.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_is_cut_after_so_many_events(bool compact)
    {
        var faults = new FaultList();
        await using var cluster = await TestCluster.StartAsync(options => Take(options, out faults));
        var ns = await cluster.NamespaceAsync();
        using var http = cluster.Http();
        foreach (var name in (string[])["a", "b", "c"])
        {
            (await http.PostAsJsonAsync(Uri($"/api/v1/namespaces/{ns}/configmaps"), Map(name), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        faults.Add(new FaultRule { Verb = "watch", Resource = "configmaps", Namespace = ns, CutWatchAfterEvents = 2, Compact = compact });
        var lines = new List<JsonNode>();
        if (compact)
        {
            await ReadAsync();
            var end = lines[^1];
            end["type"]!.GetValue<string>().ShouldBe("ERROR");
            end["object"]!["code"]!.GetValue<int>().ShouldBe(410);
            end["object"]!["reason"]!.GetValue<string>().ShouldBe("Expired");
            end["object"]!["message"]!.GetValue<string>().ShouldStartWith("too old resource version: ");
            Names(lines.SkipLast(1)).ShouldBe(["a", "b"]);
        }
        else
        {
            // How much of it arrives before the reset is up to the network.
            var cut = await Should.ThrowAsync<Exception>(ReadAsync);
            (cut is IOException or HttpRequestException).ShouldBeTrue(cut.ToString());
            Names(lines).ShouldBeSubsetOf(["a", "b"]);
        }

        async Task ReadAsync()
        {
            using var response = await http.GetAsync(Uri($"/api/v1/namespaces/{ns}/configmaps?watch=true&labelSelector=app=x"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
            while (await reader.ReadLineAsync(Cancellation) is { } line)
            {
                lines.Add(JsonNode.Parse(line)!);
            }
        }

        static IEnumerable<string> Names(IEnumerable<JsonNode> events) => events.Select(line => line["object"]!["metadata"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Faults_are_set_from_outside()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var http = cluster.Http();
        var faults = Uri(FaultEndpoint.Path);

        using var added = await http.PostAsJsonAsync(faults, new { verb = "get", resource = "namespaces", name = "def*", status = 503, drop = "none", after = 1, count = 1 }, Cancellation);
        added.StatusCode.ShouldBe(HttpStatusCode.Created);
        var id = JsonNode.Parse(await added.Content.ReadAsStringAsync(Cancellation))!["id"]!.GetValue<int>();
        (await http.GetAsync(Uri("/api/v1/namespaces/default"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(Uri("/api/v1/namespaces/default"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await http.GetAsync(Uri("/api/v1/namespaces/default"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = JsonNode.Parse(await http.GetStringAsync(faults, Cancellation))!.AsArray();
        (shown.Count, shown[0]!["seen"]!.GetValue<int>(), shown[0]!["hits"]!.GetValue<int>()).ShouldBe((1, 3, 1));

        (await http.DeleteAsync(Uri($"{FaultEndpoint.Path}/{id}"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.DeleteAsync(Uri($"{FaultEndpoint.Path}/{id}"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsJsonAsync(faults, new { verbs = "get" }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await http.PostAsJsonAsync(faults, new { status = 200 }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        (await http.GetAsync(faults, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static ClusterOptions Take(ClusterOptions options, out FaultList faults)
    {
        faults = options.Faults;
        return options;
    }

    private static Uri Uri(string path) => new(path, UriKind.Relative);

    private static JsonObject Map(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = "x" } },
    };
}
