namespace TempoCos.Tempo.Tests;

/// <summary>Which methods are answered: most questions do not care, status pages do.</summary>
public sealed class MethodsTests
{
    [Theory]
    [InlineData("HEAD", "/ready", 200)]
    [InlineData("POST", "/metrics", 200)]
    [InlineData("POST", "/api/traces/ab", 404)]
    [InlineData("DELETE", "/api/v2/search/tags", 200)]
    [InlineData("HEAD", "/api/metrics/query_range", 400)]
    [InlineData("GET", "/status/version", 200)]
    [InlineData("POST", "/status/version", 405)]
    [InlineData("HEAD", "/api/status/buildinfo", 405)]
    [InlineData("POST", "/no/such", 404)]
    public async Task A_method_is_answered_as_tempo_does(string method, string path, int status)
    {
        using var directory = new TemporaryDirectory();
        await using var tempo = await SingleProcess.StartAsync(directory);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await tempo.Http.SendAsync(request, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(status);
    }
}
