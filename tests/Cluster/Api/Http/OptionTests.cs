using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Tests.Api.Http;

/// <summary>Requests that no API server takes, answered as the real one answers them.</summary>
public sealed class OptionTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string ApplyYaml = "application/apply-patch+yaml";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, int, string> Refused => new()
    {
        { "POST", $"{Maps}?dryRun=Some", 422, "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"" },
        { "POST", $"{Maps}?fieldValidation=Some", 422, "fieldValidation: Unsupported value: \"Some\"" },
        { "DELETE", $"{Maps}/one?propagationPolicy=Nonsense", 422, "propagationPolicy: Unsupported value: \"Nonsense\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"" },
        { "DELETE", "/api/v1/namespaces", 405, "the server does not allow this method on the requested resource" },
        { "GET", "/apis/none.example/v1", 404, "404 page not found\n" },
        { "GET", $"{Maps}?limit=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax" },
        { "GET", $"{Maps}?timeoutSeconds=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax" },
        { "GET", $"{Maps}?fieldSelector=spec.x%3D1", 400, "\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"" },
        { "GET", "/api/v1/pods?fieldSelector=spec.x%3D1", 400, "field label not supported: spec.x" },
        { "GET", "/api/v1/pods?fieldSelector=status.phase%3DRunning", 200, "" },
        { "GET", "/version", 200, "" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Options_that_say_nothing_are_refused(string method, string path, int code, string message)
    {
        using var http = shared.Cluster.Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (method == "POST")
        {
            request.Content = Json("""{"metadata":{"name":"never"}}""");
        }

        using var answer = await http.SendAsync(request, Cancellation);
        ((int)answer.StatusCode).ShouldBe(code);
        (await MessageAsync(answer)).ShouldContain(message);
        (await http.GetAsync(new Uri($"{Maps}/never", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_known_representations_are_answered()
    {
        using var http = shared.Cluster.Http();
        foreach (var (accept, code) in ((string, int)[])[("text/nonsense", 406), ("text/nonsense, */*", 200), ("application/vnd.kubernetes.protobuf, application/json", 200)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Maps, UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var answer = await http.SendAsync(request, Cancellation);
            ((int)answer.StatusCode).ShouldBe(code, accept);
        }
    }

    [Fact]
    public async Task Who_shows_nothing_is_anonymous_and_who_shows_something_wrong_is_refused()
    {
        using var http = shared.Cluster.Http();
        http.DefaultRequestHeaders.Authorization = null;
        using var list = await http.GetAsync(new Uri("/api/v1/namespaces", UriKind.Relative), Cancellation);
        list.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await MessageAsync(list)).ShouldBe("namespaces is forbidden: User \"system:anonymous\" cannot list resource \"namespaces\" in API group \"\" at the cluster scope");
        (await http.GetAsync(new Uri("/version", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(new Uri("/_/admin/faults", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", "YTpi");
        (await http.GetAsync(new Uri("/apis", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        (await http.GetAsync(new Uri("/version", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Of_fields_that_come_twice_the_last_counts_unless_asked_strictly()
    {
        using var http = shared.Cluster.Http();
        const string twice = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}""";
        using var strict = await http.PostAsync(new Uri($"{Maps}?fieldValidation=Strict", UriKind.Relative), Json(twice), Cancellation);
        strict.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await MessageAsync(strict)).ShouldBe("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: duplicate field \"data.a\"");
        using var lenient = await http.PostAsync(new Uri(Maps, UriKind.Relative), Json(twice), Cancellation);
        lenient.StatusCode.ShouldBe(HttpStatusCode.Created);
        lenient.Headers.GetValues("Warning").ShouldHaveSingleItem().ShouldContain("duplicate field");
        ((string?)JsonNode.Parse(await lenient.Content.ReadAsStringAsync(Cancellation))!["data"]!["a"]).ShouldBe("2");
    }

    [Fact]
    public async Task Text_that_is_no_UTF8_is_a_bad_request()
    {
        using var http = shared.Cluster.Http();
        byte[] latin = [.. Encoding.Latin1.GetBytes("{\"metadata\":{\"name\":\"never\"},\"data\":{\"a\":\"\u00e9\"}}")];
        using var body = new ByteArrayContent(latin) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await http.PostAsync(new Uri(Maps, UriKind.Relative), body, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await MessageAsync(answer)).ShouldStartWith("error decoding the body of the request: ");
    }

    [Fact]
    public async Task An_apply_of_other_types_fails_before_anything_else_is_looked_at()
    {
        using var http = shared.Cluster.Http();
        using var number = await ApplyAsync(http, $"{Maps}/typed", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"typed"},"data":{"a":5}}""");
        ((int)number.StatusCode).ShouldBe(500);
        (await MessageAsync(number)).ShouldBe("failed to create typed patch object (/typed; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:5}");
        using var text = await ApplyAsync(http, "/apis/apps/v1/namespaces/default/deployments/d", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":"two"}}""");
        (await MessageAsync(text)).ShouldBe("failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string");
        using var unknown = await ApplyAsync(http, $"{Maps}/typed", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"typed"},"nonsense":1}""");
        (await MessageAsync(unknown)).ShouldEndWith(".nonsense: field not declared in schema");
        using var nothing = await ApplyAsync(http, $"{Maps}/typed", """{"metadata":{"name":"typed"}}""");
        nothing.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await MessageAsync(nothing)).ShouldBe("invalid object type: /, Kind=");
        using var good = await ApplyAsync(http, $"{Maps}/typed", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"typed"},"data":{"a":"5"}}""");
        good.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Metadata_has_the_types_of_metadata()
    {
        using var http = shared.Cluster.Http();
        using var number = await http.PostAsync(new Uri(Maps, UriKind.Relative), Json("""{"metadata":{"name":"labelled","labels":{"a":1}}}"""), Cancellation);
        number.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await MessageAsync(number)).ShouldStartWith("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels");
        using var text = await http.PostAsync(new Uri(Maps, UriKind.Relative), Json("""{"metadata":{"name":"labelled","labels":{"a":"1","b":null}}}"""), Cancellation);
        text.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Finalizers_have_qualified_names_and_come_before_the_deletion()
    {
        using var http = shared.Cluster.Http();
        using var bare = await http.PostAsync(new Uri(Maps, UriKind.Relative), Json("""{"metadata":{"name":"final","finalizers":["nonsense"]}}"""), Cancellation);
        ((int)bare.StatusCode).ShouldBe(422);
        (await MessageAsync(bare)).ShouldContain("metadata.finalizers[0]: Invalid value: \"nonsense\": name is neither a standard finalizer name nor is it fully qualified");
        (await http.PostAsync(new Uri(Maps, UriKind.Relative), Json("""{"metadata":{"name":"final","finalizers":["example.com/one"]}}"""), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await http.DeleteAsync(new Uri($"{Maps}/final", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var late = await PatchAsync(http, """{"metadata":{"finalizers":["example.com/one","example.com/two"]}}""");
        ((int)late.StatusCode).ShouldBe(422);
        (await MessageAsync(late)).ShouldContain("metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"example.com/two\"}");
        (await PatchAsync(http, """{"metadata":{"finalizers":null}}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static Task<HttpResponseMessage> PatchAsync(HttpClient http, string patch) =>
        http.PatchAsync(new Uri($"{Maps}/final", UriKind.Relative), new StringContent(patch, Encoding.UTF8, "application/merge-patch+json"), Cancellation);

    private static Task<HttpResponseMessage> ApplyAsync(HttpClient http, string path, string body) =>
        http.PatchAsync(new Uri($"{path}?fieldManager=test", UriKind.Relative), new StringContent(body, Encoding.UTF8, ApplyYaml), Cancellation);

    /// <summary>The message of a Status, or the plain text.</summary>
    private static async Task<string> MessageAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return answer.Content.Headers.ContentType?.MediaType == "application/json" ? (string?)JsonNode.Parse(text)!["message"] ?? "" : text;
    }
}
