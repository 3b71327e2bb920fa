using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Resources;

/// <summary>What is filled in where nothing is said, as kube-apiserver 1.36 does it, and that what is said stays.</summary>
public sealed class DefaultsTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    [Fact]
    public async Task A_pod_is_filled_in_and_keeps_what_it_says()
    {
        var plain = await PostAsync("/api/v1/namespaces/default/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x","livenessProbe":{"httpGet":{"port":80}}}],"volumes":[{"name":"a","configMap":{"name":"x"}},{"name":"b"}]}}""");
        var spec = plain.Body!["spec"]!;
        (spec.Text("restartPolicy"), spec.Text("dnsPolicy"), spec.Text("schedulerName"), spec.Text("serviceAccountName"), spec.Text("serviceAccount"), spec.Number("priority"), spec.Flag("enableServiceLinks"))
            .ShouldBe(("Always", "ClusterFirst", "default-scheduler", "default", "default", 0, true));
        spec.Objects("tolerations").Select(one => one.Text("key")).ShouldBe(["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]);
        var container = spec.Objects("containers").Single();
        (container.Text("imagePullPolicy"), container.Text("terminationMessagePath"), container.Text("terminationMessagePolicy")).ShouldBe(("Always", "/dev/termination-log", "File"));
        container["livenessProbe"]!.ToJsonString().ShouldBe("""{"httpGet":{"port":80,"path":"/","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}""");
        spec.Objects("volumes").Take(2).Select(volume => volume.ToJsonString()).ShouldBe(["""{"name":"a","configMap":{"name":"x","defaultMode":420}}""", """{"name":"b","emptyDir":{}}"""]);
        (plain.Body.Text("status", "phase"), plain.Body.Text("status", "qosClass")).ShouldBe(("Pending", "BestEffort"));

        await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"robot"}}""");
        var said = await PostAsync("/api/v1/namespaces/default/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"dnsPolicy":"Default","serviceAccountName":"robot","tolerations":[{"operator":"Exists"}],"containers":[{"name":"c","image":"x:1","terminationMessagePolicy":"FallbackToLogsOnError"}]}}""");
        (said.Body.Text("spec", "dnsPolicy"), said.Body.Text("spec", "serviceAccount"), said.Body.Objects("spec", "tolerations").Count()).ShouldBe(("Default", "robot", 1));
        var other = said.Body.Objects("spec", "containers").Single();
        (other.Text("imagePullPolicy"), other.Text("terminationMessagePolicy")).ShouldBe(("IfNotPresent", "FallbackToLogsOnError"));
    }

    [Fact]
    public async Task A_template_has_no_account_of_its_own_and_a_claim_template_is_a_claim()
    {
        var made = await PostAsync("/apis/apps/v1/namespaces/default/statefulsets", """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"s"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"x"}]}},"volumeClaimTemplates":[{"metadata":{"name":"v"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}]}}""");
        var template = made.Body.At("spec", "template", "spec");
        (template.Text("serviceAccountName"), template.Text("dnsPolicy")).ShouldBe((null, "ClusterFirst"));
        var claim = made.Body.Objects("spec", "volumeClaimTemplates").Single();
        (claim.Text("kind"), claim.Text("spec", "volumeMode"), claim.Text("status", "phase")).ShouldBe(("PersistentVolumeClaim", "Filesystem", "Pending"));
    }

    [Fact]
    public async Task A_service_says_how_it_is_reached_and_the_oldest_kinds_have_no_generation()
    {
        var made = await PostAsync("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}""");
        var spec = made.Body!["spec"]!;
        (spec.Text("type"), spec.Text("sessionAffinity"), spec.Text("internalTrafficPolicy"), spec.Text("ipFamilyPolicy"), spec.Texts("ipFamilies").Single(), spec.Objects("ports").Single().Number("targetPort"))
            .ShouldBe(("ClusterIP", "None", "Cluster", "SingleStack", "IPv4", 80));
        spec.Texts("clusterIPs").ShouldBe([spec.Text("clusterIP")!]);
        made.Body.At("metadata", "generation").ShouldBeNull();

        var external = await PostAsync("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"type":"ExternalName","externalName":"a.example"}}""");
        (external.Body.At("spec", "clusterIP"), external.Body.At("spec", "ipFamilies"), external.Body.At("spec", "internalTrafficPolicy")).ShouldBe((null, null, null));
    }

    /// <summary>What the server fills in is nobody's; what defaults say is the writer's.</summary>
    [Fact]
    public async Task What_admission_adds_belongs_to_nobody()
    {
        var made = await PostAsync("/api/v1/namespaces/default/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x"}]}}""");
        var owned = made.Body!["metadata"]!["managedFields"]![0]!["fieldsV1"]!["f:spec"];
        owned.At("f:dnsPolicy").ShouldNotBeNull();
        (owned.At("f:tolerations"), owned.At("f:serviceAccountName")).ShouldBe((null, null));
    }

    private async Task<ApiAnswer> PostAsync(string path, string body)
    {
        var answer = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"{path}?dryRun=All&fieldManager=test", body);
        answer.Code.ShouldBe(201, answer.Text);
        return answer;
    }
}
