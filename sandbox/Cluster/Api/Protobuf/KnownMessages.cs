namespace TempoCos.Cluster.Api.Protobuf;

/// <summary>The messages that kubectl's own commands send, with the field numbers of Kubernetes' generated.proto files.</summary>
public static class KnownMessages
{
    private static readonly MessageShape Metadata = new(
        (1, "name", FieldShape.Text),
        (2, "generateName", FieldShape.Text),
        (3, "namespace", FieldShape.Text),
        (5, "uid", FieldShape.Text),
        (6, "resourceVersion", FieldShape.Text),
        (11, "labels", FieldShape.TextMap),
        (12, "annotations", FieldShape.TextMap),
        (14, "finalizers", FieldShape.Texts));

    private static readonly (int Number, string Name, FieldShape Shape) MetadataField = (1, "metadata", FieldShape.Message(Metadata));

    private static readonly MessageShape ObjectReference = new(
        (1, "kind", FieldShape.Text), (2, "namespace", FieldShape.Text), (3, "name", FieldShape.Text), (4, "uid", FieldShape.Text));

    private static readonly MessageShape ResourceAttributes = new(
        (1, "namespace", FieldShape.Text), (2, "verb", FieldShape.Text), (3, "group", FieldShape.Text), (4, "version", FieldShape.Text),
        (5, "resource", FieldShape.Text), (6, "subresource", FieldShape.Text), (7, "name", FieldShape.Text));

    private static readonly MessageShape PathAttributes = new((1, "path", FieldShape.Text), (2, "verb", FieldShape.Text));

    private static readonly MessageShape AccessSpecification = new(
        (1, "resourceAttributes", FieldShape.Message(ResourceAttributes)), (2, "nonResourceAttributes", FieldShape.Message(PathAttributes)));

    private static readonly MessageShape Preconditions = new((1, "uid", FieldShape.Text), (2, "resourceVersion", FieldShape.Text));

    private static readonly Dictionary<string, MessageShape> Kinds = new()
    {
        ["Namespace"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape((1, "finalizers", FieldShape.Texts))))),
        ["Secret"] = new(MetadataField, (2, "data", FieldShape.BytesMap), (3, "type", FieldShape.Text), (4, "stringData", FieldShape.TextMap), (5, "immutable", FieldShape.Flag)),
        ["ConfigMap"] = new(MetadataField, (2, "data", FieldShape.TextMap), (3, "binaryData", FieldShape.BytesMap), (4, "immutable", FieldShape.Flag)),
        ["ServiceAccount"] = new(MetadataField, (2, "secrets", FieldShape.Messages(ObjectReference))),
        ["SelfSubjectAccessReview"] = new(MetadataField, (2, "spec", FieldShape.Message(AccessSpecification))),
        ["SelfSubjectRulesReview"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape((1, "namespace", FieldShape.Text))))),
        ["SelfSubjectReview"] = new(MetadataField),
        ["DeleteOptions"] = new(
            (1, "gracePeriodSeconds", FieldShape.Number), (2, "preconditions", FieldShape.Message(Preconditions)),
            (4, "propagationPolicy", FieldShape.Text), (5, "dryRun", FieldShape.Texts)),
    };

    /// <summary>runtime.Unknown.</summary>
    public static MessageShape Envelope { get; } = new(
        (1, "typeMeta", FieldShape.Message(new MessageShape((1, "apiVersion", FieldShape.Text), (2, "kind", FieldShape.Text)))),
        (2, "raw", FieldShape.Bytes));

    public static MessageShape? Find(string kind) => Kinds.GetValueOrDefault(kind);
}
