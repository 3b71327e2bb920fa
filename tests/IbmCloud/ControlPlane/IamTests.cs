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
        claims.Text("client_id").ShouldBe("default");
        claims.Text("grant_type").ShouldBe("urn:ibm:params:oauth:grant-type:apikey");
        claims.AsObject().ContainsKey("sub_type").ShouldBeFalse();
    }

    [Fact]
    public async Task The_token_of_a_keys_service_id_says_so()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        var token = await emulator.TokenAsync(key.Text("credentials", "apikey"), Cancelled);
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!;
        claims.Text("sub_type").ShouldBe("ServiceId");
        claims.Text("iam_id").ShouldBe("iam-" + key.Text("credentials", "iam_serviceid_crn").Split(':')[^1]);
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
        body.Text("context", "requestId").ShouldBe(response.Headers.GetValues("Transaction-Id").Single());
        body.Text("context", "requestType").ShouldBe("incoming.Identity_Token");
        body.Text("context", "url").ShouldBe("https://iam.cloud.ibm.com");
    }

    [Fact]
    public async Task The_status_of_a_wrong_key_is_a_knob()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.TurnAsync(new { badKeyStatus = 401 }, Cancelled);
        using var response = await emulator.RequestTokenAsync("wrong", Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("errorCode").ShouldBe("BXNIM0415E");
    }

    [Theory]
    [InlineData("grant_type=urn:ibm:params:oauth:grant-type:passcode&passcode=1", "BXNIM0108E")]
    [InlineData("apikey=test-api-key", "BXNIM0109E")]
    [InlineData("grant_type=refresh_token", "BXNIM0109E")]
    public async Task A_grant_that_is_none_is_refused(string form, string code)
    {
        await using var emulator = await Emulator.StartAsync();
        using var content = new StringContent(form, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");
        using var response = await emulator.Http.PostAsync("/_/iam/identity/token", content, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("errorCode").ShouldBe(code);
    }

    [Fact]
    public async Task The_older_path_gives_tokens_too()
    {
        await using var emulator = await Emulator.StartAsync();
        using var content = new StringContent($"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey={Emulator.ApiKey}&response_type=cloud_iam", System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");
        using var response = await emulator.Http.PostAsync("/_/iam/oidc/token", content, Cancelled);
        (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("token_type").ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("bx:bx", HttpStatusCode.OK)]
    [InlineData("other:secret", HttpStatusCode.Unauthorized)]
    public async Task Only_a_known_client_signs_in(string client, HttpStatusCode expected)
    {
        await using var emulator = await Emulator.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_/iam/identity/token");
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(client)));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey", ["apikey"] = Emulator.ApiKey });
        using var answer = await emulator.Http.SendAsync(request, Cancelled);
        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task The_refresh_token_of_a_service_id_ends_with_its_key()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        using var first = new HttpRequestMessage(HttpMethod.Post, "/_/iam/identity/token");
        first.Headers.TryAddWithoutValidation("Authorization", "Basic Yng6Yng=");
        first.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:ibm:params:oauth:grant-type:apikey", ["apikey"] = key.Text("credentials", "apikey") });
        using var answer = await emulator.Http.SendAsync(first, Cancelled);
        var refresh = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("refresh_token");
        (await RefreshAsync()).ShouldBe(HttpStatusCode.OK);
        await cloud.DeleteAsync($"{Cloud.Keys}/{key.Text("guid")}", HttpStatusCode.NoContent, Cancelled);
        (await RefreshAsync()).ShouldBe(HttpStatusCode.BadRequest);

        async Task<HttpStatusCode> RefreshAsync()
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh });
            using var again = await emulator.Http.PostAsync("/_/iam/identity/token", form, Cancelled);
            return again.StatusCode;
        }
    }

    [Fact]
    public async Task An_api_key_is_described_without_itself()
    {
        await using var emulator = await Emulator.StartAsync();
        using var cloud = await emulator.SignInAsync(Cancelled);
        var (_, _, key) = await cloud.ProvisionAsync(emulator, Cancelled);
        var details = await DetailsAsync(key.Text("credentials", "apikey"), HttpStatusCode.OK);
        details.Text("id").ShouldBe(key.Text("credentials", "iam_apikey_id"));
        details.Text("account_id").ShouldBe(key.Text("account_id"));
        details.Text("iam_id").ShouldStartWith("iam-ServiceId-");
        details.ToJsonString().ShouldNotContain(key.Text("credentials", "apikey"));
        (await DetailsAsync(Emulator.ApiKey, HttpStatusCode.OK)).Text("iam_id").ShouldStartWith("IBMid-");
        (await DetailsAsync("unknown", HttpStatusCode.NotFound)).Text("errorCode").ShouldBe("BXNIM0415E");
        (await emulator.Http.GetAsync("/_/iam/v1/apikeys/details", HttpStatusCode.Unauthorized, Cancelled)).Text("errorCode").ShouldBe("BXNIM0407E");

        async Task<JsonObject> DetailsAsync(string apiKey, HttpStatusCode expected)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/_/iam/v1/apikeys/details");
            request.Headers.Add("IAM-ApiKey", apiKey);
            using var answer = await cloud.SendAsync(request, Cancelled);
            answer.StatusCode.ShouldBe(expected);
            return (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        }
    }

    [Fact]
    public async Task The_documents_lead_to_the_key_that_signs()
    {
        await using var emulator = await Emulator.StartAsync();
        var configuration = await emulator.Http.GetAsync("/_/iam/identity/.well-known/openid-configuration", HttpStatusCode.OK, Cancelled);
        configuration.Text("issuer").ShouldBe("https://iam.cloud.ibm.com/identity");
        configuration.Text("token_endpoint").ShouldBe(emulator.Url + "/_/iam/identity/token");
        var key = (await emulator.Http.GetAsync(configuration.Text("jwks_uri"), HttpStatusCode.OK, Cancelled))["keys"]![0]!;
        using var rsa = System.Security.Cryptography.RSA.Create(new System.Security.Cryptography.RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(key.Text("n")),
            Exponent = Base64Url.DecodeFromChars(key.Text("e")),
        });
        var parts = (await emulator.TokenAsync(Emulator.ApiKey, Cancelled)).Split('.');
        var signed = System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Verified(signed).ShouldBeTrue();
        signed[10] ^= 1;
        Verified(signed).ShouldBeFalse();
        JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.Text("kid").ShouldBe(key.Text("kid"));

        bool Verified(byte[] data) => rsa.VerifyData(
            data, Base64Url.DecodeFromChars(parts[2]), System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
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
        error.Text("message").ShouldBe("Token is expired");
        error["status_code"]!.GetValue<int>().ShouldBe(401);
        error.Text("transaction_id").ShouldNotBeEmpty();

        foreach (var status in new[] { 403, 401 })
        {
            await emulator.TurnAsync(new { badTokenStatus = status }, Cancelled);
            using var refused = await expired.GetAsync("/some-bucket/k", Cancelled);
            ((int)refused.StatusCode).ShouldBe(status);
            (await refused.Content.ReadAsStringAsync(Cancelled)).ShouldContain("<Code>AccessDenied</Code>");
        }

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
        document["service-endpoints"]!["regional"]!.AsObject().Count.ShouldBe(13);
        document["service-endpoints"]!["single-site"]!.AsObject().Count.ShouldBe(6);
        document["service-endpoints"]!["cross-region"]!["us"]!["direct"]!.AsObject().Select(city => city.Key).ShouldBe(["us-geo", "Dallas", "Washington", "San Jose"]);
        document.Text("resource-configuration-endpoints", "global", "direct").ShouldBe(emulator.Url + "/_/config/v1");
        await emulator.Http.GetAsync("/_/control/v2/nothing", HttpStatusCode.NotFound, Cancelled);
    }
}
