using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Tests.Api.Http;

public sealed class ListTests
{
    private const string Secrets = "/api/v1/namespaces/default/secrets";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_in_chunks_is_the_list_as_it_was_when_it_began()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        using var http = cluster.Http();
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            await CreateAsync(http, name);
        }

        var first = await ListAsync(http, "limit=2");
        (Names(first), Remaining(first)).ShouldBe(("a b", 3));
        await CreateAsync(http, "b2");
        (await http.DeleteAsync(Uri($"{Secrets}/c"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var second = await ListAsync(http, $"limit=2&continue={Token(first)}");
        (Names(second), Remaining(second)).ShouldBe(("c d", 1));
        Version(second).ShouldBe(Version(first));
        var third = await ListAsync(http, $"limit=2&continue={Token(second)}");
        Names(third).ShouldBe("e");
        third["metadata"]!.AsObject().ContainsKey("continue").ShouldBeFalse();

        Names(await ListAsync(http, "")).ShouldBe("a b b2 d e");
        (await RefusalAsync(http, "continue=nonsense")).ShouldBe((400, "continue key is not valid: the token cannot be read"));
    }

    [Fact]
    public async Task A_version_is_exact_or_not_older_and_one_that_is_still_to_come_is_to_be_asked_for_later()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        using var http = cluster.Http();
        await CreateAsync(http, "a");
        var then = Version(await ListAsync(http, ""));
        await CreateAsync(http, "b");

        Names(await ListAsync(http, $"resourceVersion={then}&resourceVersionMatch=Exact")).ShouldBe("a");
        Names(await ListAsync(http, $"resourceVersion={then}&resourceVersionMatch=NotOlderThan")).ShouldBe("a b");
        Names(await ListAsync(http, $"resourceVersion={then}")).ShouldBe("a b");
        Names(await ListAsync(http, "resourceVersion=0")).ShouldBe("a b");
        var (code, message) = await RefusalAsync(http, "resourceVersion=1000000");
        (code, message.StartsWith("Too large resource version: 1000000, current: ", StringComparison.Ordinal)).ShouldBe((504, true));
        (await RefusalAsync(http, "resourceVersionMatch=Exact")).Code.ShouldBe(422);
        (await RefusalAsync(http, "resourceVersion=1&resourceVersionMatch=Newest")).Code.ShouldBe(422);
    }

    [Fact]
    public async Task What_is_forgotten_answers_with_410_and_a_token_for_the_rest()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        using var http = cluster.Http();
        await CreateAsync(http, "a");
        await CreateAsync(http, "b");
        var first = await ListAsync(http, "limit=1");

        // More than the 16 MiB of changes that are remembered.
        for (var round = 0; round < 18; round++)
        {
            using var written = await http.PutAsJsonAsync(Uri($"{Secrets}/a"), Named("a", new string((char)('a' + round), 1 << 20)), Cancellation);
            written.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var expired = await http.GetAsync(Uri($"{Secrets}?limit=1&continue={Token(first)}"), Cancellation);
        expired.StatusCode.ShouldBe(HttpStatusCode.Gone);
        var rest = JsonNode.Parse(await expired.Content.ReadAsStringAsync(Cancellation))!;
        rest["reason"]!.GetValue<string>().ShouldBe("Expired");
        Names(await ListAsync(http, $"continue={Token(rest)}")).ShouldBe("b");
        (await RefusalAsync(http, $"resourceVersion={Version(first)}&resourceVersionMatch=Exact")).Code.ShouldBe(410);

        var watched = await http.GetStringAsync(Uri($"{Secrets}?watch=true&resourceVersion={Version(first)}"), Cancellation);
        watched.ShouldStartWith("{\"type\":\"ERROR\"");
        watched.ShouldContain("\"reason\":\"Expired\",\"code\":410");
    }

    [Fact]
    public async Task A_watch_shows_what_there_is_says_where_that_ends_and_goes_when_its_time_is_up()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        using var http = cluster.Http();
        await CreateAsync(http, "a");
        var lines = (await http.GetStringAsync(Uri($"{Secrets}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1"), Cancellation))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        lines.Select(line => line["type"]!.GetValue<string>()).ShouldBe(["ADDED", "BOOKMARK"]);
        lines[1]["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>().ShouldBe("true");
        (await RefusalAsync(http, "watch=true&sendInitialEvents=true")).Code.ShouldBe(422);
        (await RefusalAsync(http, "sendInitialEvents=true")).Code.ShouldBe(422);
    }

    [Fact]
    public async Task A_quiet_watch_is_told_again_and_again_how_far_it_has_come()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false, Time = new BriefBookmarks() });
        using var http = cluster.Http();
        using var response = await http.GetAsync(Uri($"{Secrets}?watch=true&allowWatchBookmarks=true&timeoutSeconds=120"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        await BookmarkAsync();

        // A change of something that is not watched.
        using var made = await http.PostAsJsonAsync(Uri("/api/v1/namespaces/default/configmaps"), Named("elsewhere"), Cancellation);
        var reached = long.Parse(Version(JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancellation))!), null);
        while (await BookmarkAsync() < reached)
        {
        }

        async Task<long> BookmarkAsync()
        {
            var line = JsonNode.Parse(await reader.ReadLineAsync(Cancellation) ?? throw new EndOfStreamException("the watch ended"))!;
            line["type"]!.GetValue<string>().ShouldBe("BOOKMARK");
            return long.Parse(Version(line["object"]!), null);
        }
    }

    private static Uri Uri(string path) => new(path, UriKind.Relative);

    private static JsonObject Named(string name, string? value = null) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = value is null ? [] : new JsonObject { ["value"] = value },
    };

    private static async Task CreateAsync(HttpClient http, string name)
    {
        using var created = await http.PostAsJsonAsync(Uri(Secrets), Named(name), Cancellation);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    private static async Task<JsonNode> ListAsync(HttpClient http, string query) => JsonNode.Parse(await http.GetStringAsync(Uri($"{Secrets}?{query}"), Cancellation))!;

    private static async Task<(int Code, string Message)> RefusalAsync(HttpClient http, string query)
    {
        using var response = await http.GetAsync(Uri($"{Secrets}?{query}"), Cancellation);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["message"]!.GetValue<string>());
    }

    private static string Names(JsonNode list) => string.Join(' ', list["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>()));

    private static int Remaining(JsonNode list) => list["metadata"]!["remainingItemCount"]!.GetValue<int>();

    private static string Token(JsonNode list) => list["metadata"]!["continue"]!.GetValue<string>();

    private static string Version(JsonNode one) => one["metadata"]!["resourceVersion"]!.GetValue<string>();

    /// <summary>A clock on which the 30 s between two bookmarks are brief.</summary>
    private sealed class BriefBookmarks : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == TimeSpan.FromSeconds(30) ? TimeSpan.FromMilliseconds(50) : dueTime, period);
    }
}
