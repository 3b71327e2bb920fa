using System.Text.Json.Nodes;
using TempoCos.IbmCloud.BucketConfiguration;
using TempoCos.IbmCloud.ObjectStorage.Storage;
using TempoCos.IbmCloud.ResourceController;
using TempoCos.IbmCloud.Tags;

namespace TempoCos.IbmCloud.Search;

/// <summary>What a search of the account can find: service instances and buckets. New ones, and their tags, come after a while.</summary>
public sealed class SearchIndex(CloudState state, BucketStore buckets, TagStore tags, CloudClock clock, KnobPanel knobs)
{
    public IEnumerable<SearchDocument> Documents(string account)
    {
        clock.Settle();
        var lag = knobs.Current.SearchLagSeconds;
        var instances = state.Instances.All.Where(instance => instance.AccountId == account && instance.State != InstanceState.Removed && clock.HasPassed(instance.CreatedAt, lag)).ToArray();
        var reclaimed = instances.Where(instance => instance.State == InstanceState.PendingReclamation).Select(instance => instance.Guid).ToHashSet();
        return instances.Select(Describe)
            .Concat(buckets.All
                .Where(bucket => bucket.Record.AccountId == account && clock.HasPassed(bucket.Record.CreatedAt, lag))
                .Select(bucket => Describe(bucket, reclaimed.Contains(bucket.Record.InstanceGuid), lag)))
            .OrderBy(document => document.Crn, StringComparer.Ordinal);
    }

    private static SearchDocument Describe(ResourceInstance instance)
    {
        var fields = Fields(instance.Crn, instance.Name, "resource-instance", instance.AccountId, instance.CreatedAt, instance.UpdatedAt ?? instance.CreatedAt, instance.Tags ?? []);
        fields["resource_group_id"] = instance.ResourceGroupId;
        fields["doc"] = new JsonObject
        {
            ["resource_id"] = instance.ResourceId,
            ["resource_plan_id"] = instance.ResourcePlanId,
            ["resource_group_id"] = instance.ResourceGroupId,
            ["state"] = instance.State,
            ["region_id"] = instance.RegionId,
        };
        return new SearchDocument(instance.Crn, fields, instance.State == InstanceState.PendingReclamation);
    }

    private SearchDocument Describe(Bucket bucket, bool isReclaimed, double lag)
    {
        var record = bucket.Record;
        var crn = record.CrnOf();
        var names = tags.ChangedAt(crn) is { } changed && clock.HasPassed(changed, lag) ? tags.Of(crn) : [];
        var fields = Fields(crn, record.Name, "bucket", record.AccountId, record.CreatedAt, record.CreatedAt, names);
        fields["service_instance"] = record.InstanceGuid;
        fields["doc"] = new JsonObject { ["location_constraint"] = record.LocationConstraint };
        return new SearchDocument(crn, fields, isReclaimed);
    }

    private static JsonObject Fields(string crn, string name, string type, string account, DateTimeOffset created, DateTimeOffset modified, string[] names) => new()
    {
        ["crn"] = crn,
        ["name"] = name,
        ["family"] = "resource_controller",
        ["type"] = type,
        ["account_id"] = account,
        ["service_name"] = CosCatalog.Service,
        ["region"] = CosCatalog.Location,
        ["creation_date"] = Written(created),
        ["modification_date"] = Written(modified),
        ["tags"] = new JsonArray([.. names.Select(tag => (JsonNode)tag)]),
        ["access_tags"] = new JsonArray(),
        ["service_tags"] = new JsonArray(),
    };

    private static string Written(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
