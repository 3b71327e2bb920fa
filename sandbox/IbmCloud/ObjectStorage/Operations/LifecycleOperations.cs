using System.Globalization;
using System.Xml.Linq;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Payloads;
using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>Lifecycle rules of a bucket.</summary>
public sealed class LifecycleOperations(BucketAccess access)
{
    private const int Most = 1000;
    private const int LongestId = 255;
    private const int LongestBody = 1 << 20;
    private static readonly string[] Actions = ["Expiration", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload", "Transition", "NoncurrentVersionTransition"];
    private static readonly string[] Whole = ["Days", "NoncurrentDays", "DaysAfterInitiation", "NewerNoncurrentVersions"];

    public async Task GetAsync(S3Call call)
    {
        var rules = access.Require(call).Settings.Lifecycle
            ?? throw new S3Exception(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist.");
        using var xml = new S3Xml();
        xml.OpenRoot("LifecycleConfiguration");
        foreach (var rule in rules)
        {
            xml.Verbatim(rule.Xml);
        }

        await xml.Close("LifecycleConfiguration").SendAsync(call.Context);
    }

    public async Task PutAsync(S3Call call)
    {
        var bucket = access.Require(call);
        var digest = DigestClaim.Of(call.Request);
        if (!digest.IsGiven)
        {
            throw S3Errors.InvalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }

        using var body = await Payload.ReadAllAsync(call.Request, call.Identity, LongestBody, digest);
        var rules = Read(XmlInput.Parse(body, "LifecycleConfiguration"));
        bucket.Change(settings => settings with { Lifecycle = rules });
    }

    public Task DeleteAsync(S3Call call)
    {
        access.Require(call).Change(settings => settings with { Lifecycle = null });
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static List<LifecycleRule> Read(XElement root)
    {
        var rules = root.Elements().Where(element => element.Name.LocalName == "Rule").Select(ReadRule).ToList();
        return rules.Count is 0 or > Most ? throw S3Errors.MalformedXml()
            : rules.Select(rule => rule.Id).Distinct(StringComparer.Ordinal).Count() < rules.Count ? throw S3Errors.InvalidArgument("Rule ID must be unique. Found same ID for more than one rule")
            : rules;
    }

    private static LifecycleRule ReadRule(XElement element)
    {
        var rule = XmlInput.WithoutNamespaces(element);
        var id = rule.Element("ID");
        if (id is null || id.Value.Length == 0)
        {
            id?.Remove();
            id = new XElement("ID", Guid.NewGuid().ToString());
            rule.AddFirst(id);
        }

        var status = rule.Element("Status")?.Value;
        if (id.Value.Length > LongestId)
        {
            throw S3Errors.InvalidArgument($"ID length should not exceed allowed limit of {LongestId}");
        }

        if (status is not ("Enabled" or "Disabled") || !Actions.Any(action => rule.Element(action) is not null) || (rule.Element("Filter") is null && rule.Element("Prefix") is null))
        {
            throw S3Errors.MalformedXml();
        }

        foreach (var number in rule.Descendants().Where(one => Whole.Contains(one.Name.LocalName)))
        {
            if (!int.TryParse(number.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == 0)
            {
                throw S3Errors.InvalidArgument($"'{number.Name.LocalName}' must be a positive integer");
            }
        }

        foreach (var date in rule.Descendants("Date"))
        {
            if (!DateTimeOffset.TryParse(date.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) || day.UtcDateTime.TimeOfDay != TimeSpan.Zero)
            {
                throw S3Errors.InvalidArgument("'Date' must be at midnight GMT");
            }
        }

        var days = rule.Element("AbortIncompleteMultipartUpload")?.Element("DaysAfterInitiation")?.Value;
        return new LifecycleRule(
            id.Value,
            status == "Enabled",
            (rule.Element("Prefix") ?? rule.Element("Filter")?.DescendantsAndSelf().FirstOrDefault(one => one.Name.LocalName == "Prefix"))?.Value ?? "",
            days is null ? null : int.Parse(days, CultureInfo.InvariantCulture),
            rule.ToString(SaveOptions.DisableFormatting));
    }
}
