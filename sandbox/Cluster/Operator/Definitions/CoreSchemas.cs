using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Definitions.Schema;

namespace TempoCos.Cluster.Operator.Definitions;

/// <summary>Kubernetes' own types, where instances have them.</summary>
public static class CoreSchemas
{
    public static JsonObject Resources(string description) => Fields(description,
        ("claims", Listed("Claims of the pod that the container uses.", Fields("A claim.", ("name", Text("Its name in the pod.")), ("request", Text("One request of it."))).Requires("name"))
            .With("x-kubernetes-list-type", "map").With("x-kubernetes-list-map-keys", new JsonArray("name"))),
        ("limits", MapOf("The most that may be used.", Quantity("An amount."))),
        ("requests", MapOf("What is set aside.", Quantity("An amount."))));

    public static JsonObject Tolerations() => Listed("Taints of nodes that pods stand.", Fields("A toleration.",
        ("effect", Text("Effect of the taint; all when empty.")), ("key", Text("Key of the taint; all when empty.")), ("operator", Text("Exists or Equal.")),
        ("tolerationSeconds", Whole("How long NoExecute is stood.", "int64")), ("value", Text("Value of the taint."))));

    public static JsonObject NodeSelector() => TextMap("Labels that a node must have.");

    public static JsonObject PodSecurityContext() => Fields("Security context of the pods.",
        ("appArmorProfile", Fields("AppArmor's profile.", ("localhostProfile", Text("Profile on the node.")), ("type", Text("Kind of profile."))).Requires("type")),
        ("fsGroup", Whole("Group that owns volumes.", "int64")),
        ("fsGroupChangePolicy", Text("When the owner of volumes is changed.")),
        ("runAsGroup", Whole("Group of the processes.", "int64")),
        ("runAsNonRoot", Flag("Whether processes of root are refused.")),
        ("runAsUser", Whole("User of the processes.", "int64")),
        ("seLinuxChangePolicy", Text("How labels of volumes are changed.")),
        ("seLinuxOptions", Fields("SELinux's context.", ("level", Text("Level.")), ("role", Text("Role.")), ("type", Text("Type.")), ("user", Text("User.")))),
        ("seccompProfile", Fields("Seccomp's profile.", ("localhostProfile", Text("Profile on the node.")), ("type", Text("Kind of profile."))).Requires("type")),
        ("supplementalGroups", Listed("Further groups of the processes.", Whole("A group.", "int64"))),
        ("supplementalGroupsPolicy", Text("How groups of the image count.")),
        ("sysctls", Listed("Settings of the kernel.", Fields("One.", ("name", Text("Its name.")), ("value", Text("Its value."))).Requires("name", "value"))),
        ("windowsOptions", Open("For nodes with Windows.")));

    public static JsonObject Environment() => Listed("Variables of the Tempo containers, for use in extraConfig.", Fields("A variable.",
        ("name", Text("Its name.")),
        ("value", Text("Its value.")),
        ("valueFrom", Fields("Where its value is.",
            ("configMapKeyRef", KeyReference("A ConfigMap's.")),
            ("fieldRef", Fields("A field of the pod.", ("apiVersion", Text("Version of the schema.")), ("fieldPath", Text("Path of the field."))).Requires("fieldPath")),
            ("resourceFieldRef", Fields("A resource of the container.", ("containerName", Text("Container.")), ("divisor", Quantity("Unit.")), ("resource", Text("Resource."))).Requires("resource")),
            ("secretKeyRef", KeyReference("A Secret's."))))).Requires("name"));

    public static JsonObject EnvironmentFrom() => Listed("Sources of variables of the Tempo containers.", Fields("A source.",
        ("configMapRef", Reference("A ConfigMap.")), ("prefix", Text("What is put before each name.")), ("secretRef", Reference("A Secret."))));

    /// <summary>Rules of the scheduler. Their details are Kubernetes' and are taken as they are.</summary>
    public static JsonObject Affinity() => Fields("Where pods are put.",
        ("nodeAffinity", Open("By labels of nodes.")), ("podAffinity", Open("Near other pods.")), ("podAntiAffinity", Open("Away from other pods.")));

    public static JsonObject LabelSelector(string description) => Fields(description,
        ("matchExpressions", Listed("Rules that all hold.", Fields("A rule.", ("key", Text("Label.")), ("operator", Text("In, NotIn, Exists or DoesNotExist.")), ("values", Texts("Values.").With("x-kubernetes-list-type", "atomic"))).Requires("key", "operator")).With("x-kubernetes-list-type", "atomic")),
        ("matchLabels", TextMap("Labels that all are there.")));

    public static JsonObject Conditions() => Listed("How the instance is.", Fields("A condition.",
        ("lastTransitionTime", Text("Since when.").With("format", "date-time")),
        ("message", Text("For people.").With("maxLength", 32768)),
        ("observedGeneration", Whole("Of which generation it speaks.", "int64").With("minimum", 0)),
        ("reason", Text("For programs.").With("maxLength", 1024).With("minLength", 1).With("pattern", "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")),
        ("status", Choice("Whether it holds.", "True", "False", "Unknown")),
        ("type", Text("What it is about.").With("maxLength", 316)
            .With("pattern", @"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"))).Requires("lastTransitionTime", "message", "reason", "status", "type"));

    private static JsonObject KeyReference(string description) =>
        Fields(description, ("key", Text("Its key.")), ("name", Text("Its name.").With("default", "")), ("optional", Flag("Whether it may be missing."))).Requires("key");

    private static JsonObject Reference(string description) => Fields(description, ("name", Text("Its name.").With("default", "")), ("optional", Flag("Whether it may be missing.")));
}
