using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.ControlPlane;

public sealed class IamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_api_key_buys_a_token_that_names_the_account()
    {
        await using var emulator = await Emulator.StartAsync();
        using var response = await emulator.RequestTokenAsync(Emulator.ApiKey, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        body.Text("token_type").ShouldBe("Bearer");
        body.Text("refresh_token").ShouldBe("not_supported");
        body["expires_in"]!.GetValue<int>().ShouldBe(3600);
        body["expiration"]!.GetValue<long>().ShouldBeGreaterThan(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(body.Text("access_token").Split('.')[1]))!;
        claims.Text("account", "bss").ShouldBe((await emulator.InventoryAsync(Cancelled)).Text("accountId"));
        claims.Text("iam_id").ShouldStartWith("IBMid-");
    }

    [Theory]
    [InlineData("wrong", "BXNIM0415E")]
    [InlineData("", "BXNIM0109E")]
    public async Task A_wrong_api_key_is_refused_with_400_and_a_code(string apiKey, string code)
    {
        await using var emulator = await Emulator.StartAsync();
        using var response = await emulator.RequestTokenAsync(apiKey, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var body = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        body.Text("errorCode").ShouldBe(code);
        body.Text("errorMessage").ShouldNotBeEmpty();
        body.Text("context", "requestId").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_client_with_credentials_of_its_own_gets_a_refresh_token_that_works()
    {
        await using var emulator = await Emulator.StartAsync();
        using var first = new HttpRequestMessage(HttpMethod.Post, "/_/iam/identity/token");
        first.Headers.TryAddWithoutValidation("Authorization", "Basic Yng6Yng=");
        first.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey", ["apikey"] = Emulator.ApiKey });
        using var answer = await emulator.Http.SendAsync(first, Cancelled);
        var refresh = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("refresh_token");

        foreach (var (token, expected) in new[] { (refresh, HttpStatusCode.OK), (refresh + "x", HttpStatusCode.BadRequest) })
        {
            using var again = await emulator.Http.PostAsync(
                "/_/iam/identity/token",
                new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = token }),
                Cancelled);
            again.StatusCode.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_token_ends_with_its_lifetime()
    {
        await using var emulator = await Emulator.StartAsync();
        using var valid = await emulator.SignInAsync(Cancelled);
        await valid.GetAsync(Cloud.Instances, HttpStatusCode.OK, Cancelled);

        await emulator.TurnAsync(new { tokenLifetimeSeconds = 0 }, Cancelled);
        using var expired = await emulator.SignInAsync(Cancelled);
        var error = await expired.GetAsync(Cloud.Instances, HttpStatusCode.Unauthorized, Cancelled);
        error.Text("error_code").ShouldBe("RC-IamErrorResponse");
        error["status_code"]!.GetValue<int>().ShouldBe(401);
        error.Text("transaction_id").ShouldNotBeEmpty();

        var group = await expired.GetAsync(Cloud.Groups, HttpStatusCode.Unauthorized, Cancelled);
        group["errors"]![0]!.Text("message").ShouldNotBeEmpty();
        group.Text("trace").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_forged_token_is_refused()
    {
        await using var emulator = await Emulator.StartAsync();
        var token = await emulator.TokenAsync(Emulator.ApiKey, Cancelled);
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        claims["exp"] = 99999999999;
        var forged = $"{parts[0]}.{Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
        foreach (var (bearer, expected) in new[] { (token, HttpStatusCode.OK), (forged, HttpStatusCode.Unauthorized) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Cloud.Instances);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
            using var response = await emulator.Http.SendAsync(request, Cancelled);
            response.StatusCode.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task The_real_host_name_reaches_the_same_service()
    {
        await using var emulator = await Emulator.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/identity/token");
        request.Headers.Host = "iam.cloud.ibm.com";
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey", ["apikey"] = Emulator.ApiKey });
        using var response = await emulator.Http.SendAsync(request, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_endpoints_document_leads_back_here()
    {
        await using var emulator = await Emulator.StartAsync();
        var document = await emulator.Http.GetAsync("/_/control/v2/endpoints", HttpStatusCode.OK, Cancelled);
        document.Text("service-endpoints", "regional", "us-east", "public", "us-east").ShouldBe(emulator.Url);
        document.Text("service-endpoints", "cross-region", "eu", "private", "eu-geo").ShouldBe(emulator.Url);
        document.Text("identity-endpoints", "iam-token").ShouldStartWith(emulator.Url);
    }
}
