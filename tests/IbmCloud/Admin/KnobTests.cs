using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Admin;

public sealed class KnobTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Knobs_that_are_left_out_stay()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.TurnAsync(new { pageSize = 7 }, Cancelled);
        await emulator.TurnAsync(new { bucketLimit = 3 }, Cancelled);
        var knobs = (await emulator.Http.GetFromJsonAsync<JsonObject>("/_/admin/knobs", Cancelled))!;
        knobs["pageSize"]!.GetValue<int>().ShouldBe(7);
        knobs["bucketLimit"]!.GetValue<int>().ShouldBe(3);
        knobs["badKeyStatus"]!.GetValue<int>().ShouldBe(400);
    }

    [Theory]
    [InlineData("""{"nonsense":1}""", "nonsense")]
    [InlineData("""{"pageSize":0}""", "pageSize")]
    [InlineData("""{"pageSize":"many"}""", "pageSize")]
    [InlineData("""{"badKeyStatus":500}""", "400, 401")]
    [InlineData("""{"hmacRevocationSeconds":-1}""", "hmacRevocationSeconds")]
    [InlineData("""{"quotaCode":null}""", "quotaCode")]
    public async Task A_knob_that_cannot_be_meant_is_refused(string knobs, string word)
    {
        await using var emulator = await Emulator.StartAsync();
        var before = await emulator.Http.GetStringAsync("/_/admin/knobs", Cancelled);
        using var response = await emulator.Http.PostAsync("/_/admin/knobs", new StringContent(knobs), Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!.Text("message").ShouldContain(word);
        (await emulator.Http.GetStringAsync("/_/admin/knobs", Cancelled)).ShouldBe(before);
    }
}
