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

    private static readonly MessageShape BoundObject = new(
        (1, "kind", FieldShape.Text), (2, "apiVersion", FieldShape.Text), (3, "name", FieldShape.Text), (4, "uid", FieldShape.Text));

    private static readonly MessageShape TokenSpecification = new(
        (1, "audiences", FieldShape.Texts), (3, "boundObjectRef", FieldShape.Message(BoundObject)), (4, "expirationSeconds", FieldShape.Number));

    private static readonly MessageShape Preconditions = new((1, "uid", FieldShape.Text), (2, "resourceVersion", FieldShape.Text));

    private static readonly MessageShape LabelSelector = new(
        (1, "matchLabels", FieldShape.TextMap),
        (2, "matchExpressions", FieldShape.Messages(new MessageShape((1, "key", FieldShape.Text), (2, "operator", FieldShape.Text), (3, "values", FieldShape.Texts)))));

    private static readonly FieldShape Rules = FieldShape.Messages(new MessageShape(
        (1, "verbs", FieldShape.Texts), (2, "apiGroups", FieldShape.Texts), (3, "resources", FieldShape.Texts),
        (4, "resourceNames", FieldShape.Texts), (5, "nonResourceURLs", FieldShape.Texts)));

    private static readonly MessageShape Binding = new(
        MetadataField,
        (2, "subjects", FieldShape.Messages(new MessageShape(
            (1, "kind", FieldShape.Text), (2, "apiGroup", FieldShape.Text), (3, "name", FieldShape.Text), (4, "namespace", FieldShape.Text)))),
        (3, "roleRef", FieldShape.Message(new MessageShape((1, "apiGroup", FieldShape.Text), (2, "kind", FieldShape.Text), (3, "name", FieldShape.Text)))));

    private static readonly MessageShape Container = new(
        (1, "name", FieldShape.Text), (2, "image", FieldShape.Text), (3, "command", FieldShape.Texts), (4, "args", FieldShape.Texts),
        (6, "ports", FieldShape.Messages(new MessageShape((1, "name", FieldShape.Text), (3, "containerPort", FieldShape.Number), (4, "protocol", FieldShape.Text)))),
        (7, "env", FieldShape.Messages(new MessageShape((1, "name", FieldShape.Text), (2, "value", FieldShape.Text)))));

    private static readonly FieldShape PodTemplate = FieldShape.Message(new MessageShape(
        (1, "metadata", FieldShape.Message(Metadata)),
        (2, "spec", FieldShape.Message(new MessageShape(
            (2, "containers", FieldShape.Messages(Container)), (3, "restartPolicy", FieldShape.Text), (8, "serviceAccountName", FieldShape.Text))))));

    private static readonly FieldShape Backend = FieldShape.Message(new MessageShape(
        (4, "service", FieldShape.Message(new MessageShape(
            (1, "name", FieldShape.Text),
            (2, "port", FieldShape.Message(new MessageShape((1, "name", FieldShape.Text), (2, "number", FieldShape.Number)))))))));

    private static readonly MessageShape IngressRule = new(
        (1, "host", FieldShape.Text),
        (2, "", FieldShape.Inline(new MessageShape((1, "http", FieldShape.Message(new MessageShape(
            (1, "paths", FieldShape.Messages(new MessageShape((1, "path", FieldShape.Text), (2, "backend", Backend), (3, "pathType", FieldShape.Text)))))))))));

    private static readonly Dictionary<string, MessageShape> Kinds = new()
    {
        ["Role"] = new(MetadataField, (2, "rules", Rules)),
        ["ClusterRole"] = new(
            MetadataField, (2, "rules", Rules),
            (3, "aggregationRule", FieldShape.Message(new MessageShape((1, "clusterRoleSelectors", FieldShape.Messages(LabelSelector)))))),
        ["RoleBinding"] = Binding,
        ["ClusterRoleBinding"] = Binding,
        ["ResourceQuota"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape((1, "hard", FieldShape.QuantityMap), (2, "scopes", FieldShape.Texts))))),
        ["PodDisruptionBudget"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape(
            (1, "minAvailable", FieldShape.NumberOrText), (2, "selector", FieldShape.Message(LabelSelector)), (3, "maxUnavailable", FieldShape.NumberOrText))))),
        ["Service"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape(
            (1, "ports", FieldShape.Messages(new MessageShape(
                (1, "name", FieldShape.Text), (2, "protocol", FieldShape.Text), (3, "port", FieldShape.Number), (4, "targetPort", FieldShape.NumberOrText)))),
            (2, "selector", FieldShape.TextMap), (3, "clusterIP", FieldShape.Text), (4, "type", FieldShape.Text), (10, "externalName", FieldShape.Text))))),
        ["Ingress"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape(
            (1, "defaultBackend", Backend),
            (2, "tls", FieldShape.Messages(new MessageShape((1, "hosts", FieldShape.Texts), (2, "secretName", FieldShape.Text)))),
            (3, "rules", FieldShape.Messages(IngressRule)), (4, "ingressClassName", FieldShape.Text))))),
        ["Deployment"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape(
            (1, "replicas", FieldShape.Number), (2, "selector", FieldShape.Message(LabelSelector)), (3, "template", PodTemplate))))),
        ["Job"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape(
            (1, "parallelism", FieldShape.Number), (2, "completions", FieldShape.Number), (6, "template", PodTemplate))))),
        ["Namespace"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape((1, "finalizers", FieldShape.Texts))))),
        ["Secret"] = new(MetadataField, (2, "data", FieldShape.BytesMap), (3, "type", FieldShape.Text), (4, "stringData", FieldShape.TextMap), (5, "immutable", FieldShape.Flag)),
        ["ConfigMap"] = new(MetadataField, (2, "data", FieldShape.TextMap), (3, "binaryData", FieldShape.BytesMap), (4, "immutable", FieldShape.Flag)),
        ["ServiceAccount"] = new(MetadataField, (2, "secrets", FieldShape.Messages(ObjectReference))),
        ["SelfSubjectAccessReview"] = new(MetadataField, (2, "spec", FieldShape.Message(AccessSpecification))),
        ["SelfSubjectRulesReview"] = new(MetadataField, (2, "spec", FieldShape.Message(new MessageShape((1, "namespace", FieldShape.Text))))),
        ["SelfSubjectReview"] = new(MetadataField),
        ["TokenRequest"] = new(MetadataField, (2, "spec", FieldShape.Message(TokenSpecification))),
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
