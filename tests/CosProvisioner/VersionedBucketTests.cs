using System.Net;
using System.Text;
using TempoCos.CosProvisioner.ObjectStorage;
using TempoCos.CosProvisioner.ObjectStorage.Emptying;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>The sandbox keeps no versions: here a store's answers, in the words of S3's reference, take its place.</summary>
public sealed class VersionedBucketTests
{
    private const string Versions = """
        <ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>old</Name><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>
          <DeleteMarker><Key>a</Key><VersionId>v3</VersionId><IsLatest>true</IsLatest></DeleteMarker>
          <Version><Key>a</Key><VersionId>v2</VersionId><IsLatest>false</IsLatest><Size>4</Size></Version>
          <Version><Key>a</Key><VersionId>v1</VersionId><IsLatest>false</IsLatest><Size>4</Size></Version>
        </ListVersionsResult>
        """;

    [Fact]
    public async Task Versions_and_delete_markers_go_by_their_ids()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var emptied = false;
        var wire = new Wire
        {
            Answers = request => request switch
            {
                "GET /old?uploads" or "GET /old/?uploads" => Xml("<ListMultipartUploadsResult><Bucket>old</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"),
                "GET /old?versioning" or "GET /old/?versioning" => Xml("<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"),
                "POST /old?delete" or "POST /old/?delete" => Delete(),
                _ when request.Contains("/old", StringComparison.Ordinal) && request.Contains("versions", StringComparison.Ordinal) =>
                    Xml(emptied ? "<ListVersionsResult><Name>old</Name><IsTruncated>false</IsTruncated></ListVersionsResult>" : Versions),
                _ => null,
            },
        };
        await using var provisioner = new Provisioner(sandbox, wire);
        using var store = provisioner.Services.GetRequiredService<ObjectStore>().WithBearer(new StorageLocation("us-east", "public", sandbox.Url), "instance");
        var emptier = new BucketEmptier(store, "old", new EmptyingOptions(), TimeProvider.System);

        await emptier.EmptyAsync(TestContext.Current.CancellationToken);

        emptier.Deleted.ShouldBe(3);
        var asked = wire.Bodies.Single(body => body.Contains("<Delete", StringComparison.Ordinal));
        foreach (var version in (string[])["v1", "v2", "v3"])
        {
            asked.ShouldContain($"<VersionId>{version}</VersionId>");
        }

        HttpResponseMessage Delete()
        {
            emptied = true;
            return Xml("<DeleteResult></DeleteResult>");
        }
    }

    private static HttpResponseMessage Xml(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/xml") };
}
