using System.Net;
using System.Text;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Region, endpoint and storage class are one choice: the table of locations, the endpoints document and the request agree, or it is said which does not.</summary>
public sealed class LocationTests
{
    private static readonly string[] Everything = ["region us", "endpoint type public", "storage class onerate_active"];

    public static TheoryData<ProvisionRequest, string, string> Contradictions => new()
    {
        { new() { RunId = "rok", Region = "us", StorageClass = "onerate_active" }, "TC121", "cross-region" },
        { new() { RunId = "rok", StorageClass = "onerate_active", Plan = "standard" }, "TC121", "plan standard" },
        { new() { RunId = "rok", Plan = "one-rate" }, "TC121", "plan one-rate" },
        { new() { RunId = "rok", S3Endpoint = "https://s3.eu-gb.example.com" }, "TC121", "no endpoint of Cloud Object Storage" },
        { new() { RunId = "rok", StorageClass = "flex" }, "TC216", "retired" },
        { new() { RunId = "rok", Region = "mel01" }, "TC112", "retired" },
        { new() { RunId = "rok", Region = "dal.us" }, "TC121", "dal.us has no public endpoint" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task What_does_not_go_together_is_named_before_anything_is_made(ProvisionRequest request, string code, string said)
    {
        await using var sandbox = await Sandbox.StartAsync();
        var inventory = await sandbox.InventoryAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(request);

        diagnostic.Code.ShouldBe(code, diagnostic.Message);
        diagnostic.Message.ShouldContain(said);
        diagnostic.Fix.ShouldNotBeEmpty();
        (await sandbox.InventoryAsync()).ShouldBe(inventory);
    }

    [Fact]
    public async Task A_contradiction_names_region_endpoint_and_class()
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var diagnostic = await host.DiagnoseAsync(new ProvisionRequest { RunId = "rok", Region = "us", StorageClass = "onerate_active" });

        Everything.ShouldAllBe(part => diagnostic.Value.Contains(part));
    }

    [Theory]
    [InlineData("us-east", "smart", "private", "us-east-smart")]
    [InlineData("us", "vault", "direct", "us-vault")]
    [InlineData("ams03", "cold", "public", "ams03-cold")]
    [InlineData("eu-de", "onerate_active", "public", "eu-de-onerate_active")]
    public async Task What_goes_together_is_made_so(string region, string storageClass, string endpointType, string constraint)
    {
        await using var sandbox = await Sandbox.StartAsync();
        await using var host = await ServiceHost.StartAsync(sandbox);

        var provisioned = await host.ProvisionAsync(new ProvisionRequest { RunId = "rplace", Region = region, StorageClass = storageClass, EndpointType = endpointType });

        provisioned.LocationConstraint.ShouldBe(constraint);
        (await sandbox.InventoryAsync()).ShouldContain(constraint);
        host.Events.ShouldNotContain(@event => @event.Evidence.ContainsKey("warning"));
    }

    [Fact]
    public async Task A_location_that_only_the_document_has_is_taken_with_a_warning()
    {
        var diagnostic = await AskAsync(new ProvisionRequest { RunId = "rnew", Region = "mars-north" }, out var host);

        // The store behind knows no such place; the document alone decides what is asked of it.
        diagnostic.Code.ShouldBe("TC216", diagnostic.Message);
        host().ShouldContain(@event => @event.Step == "endpoint" && @event.State == StepState.Succeeded && @event.Evidence["warning"].Contains("not in the table"));
    }

    [Theory]
    [InlineData("us-east", "", "TC112", "no longer has this region")]
    [InlineData("eu-gb", "direct", "TC121", "has no direct endpoint")]
    [InlineData("dal.us", "private", "TC121", "has no private endpoint")]
    public async Task A_location_that_the_document_lacks_is_an_error(string region, string endpointType, string code, string said)
    {
        var diagnostic = await AskAsync(new ProvisionRequest { RunId = "rgone", Region = region, EndpointType = endpointType }, out _);

        diagnostic.Code.ShouldBe(code, diagnostic.Message);
        diagnostic.Reason.ShouldContain(said);
    }

    [Fact]
    public async Task An_endpoint_of_another_region_is_named_with_its_owner()
    {
        var diagnostic = await AskAsync(new ProvisionRequest { RunId = "rother", Region = "eu-gb", S3Endpoint = "https://s3.us.example.com" }, out _);

        diagnostic.Code.ShouldBe("TC121");
        diagnostic.Reason.ShouldContain("an endpoint of us");
        diagnostic.Reason.ShouldContain("s3.eu-gb.example.com");
    }

    [Fact]
    public async Task An_access_point_of_a_cross_region_location_leads_to_its_buckets()
    {
        await AskAsync(new ProvisionRequest { RunId = "rdallas", Region = "dal.us" }, out var host);

        var step = host().Single(@event => @event.Step == "endpoint" && @event.State == StepState.Succeeded);
        step.Evidence["endpoint"].ShouldBe("https://s3.dal.us.example.com");
        step.Evidence["location_constraint"].ShouldBe("us-standard");
    }

    /// <summary>With a document that is not the sandbox's. Its stores do not exist, and none is asked.</summary>
    private static Task<DiagnosticException> AskAsync(ProvisionRequest request, out Func<IReadOnlyList<StageEvent>> events)
    {
        var said = new List<StageEvent>();
        events = () => said;
        return RunAsync();

        async Task<DiagnosticException> RunAsync()
        {
            await using var sandbox = await Sandbox.StartAsync();
            var document = $$"""
                { "service-endpoints": {
                    "cross-region": { "us": { "public": { "us-geo": "s3.us.example.com", "Dallas": "s3.dal.us.example.com" }, "private": { "us-geo": "s3.private.us.example.com" } } },
                    "regional": { "eu-gb": { "public": { "eu-gb": "s3.eu-gb.example.com" } }, "mars-north": { "public": { "mars-north": "{{sandbox.Url}}" } } } } }
                """;
            var wire = new Wire
            {
                Answers = what => what.Contains("/v2/endpoints", StringComparison.Ordinal)
                    ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(document, Encoding.UTF8, "application/json") }
                    : what.Contains("/v2/resource_groups", StringComparison.Ordinal) && request.Region == "dal.us" ? new HttpResponseMessage(HttpStatusCode.Forbidden)
                    : null,
            };
            await using var host = await ServiceHost.StartAsync(sandbox, wire);
            var diagnostic = await host.DiagnoseAsync(request);
            said.AddRange(host.Events);
            return diagnostic;
        }
    }
}
