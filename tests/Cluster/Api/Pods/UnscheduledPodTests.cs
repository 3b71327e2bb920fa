namespace TempoCos.Cluster.Tests.Api.Pods;

public sealed class UnscheduledPodTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    [Fact]
    public async Task A_pod_without_a_node_has_an_empty_log_and_no_ports()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/pods";
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, path, """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"schedulingGates":[{"name":"example.com/x"}],"containers":[{"name":"c","image":"example.com/none:1"}]}}""")).Code.ShouldBe(201);
        var log = await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/log", accept: "*/*");
        (log.Code, log.Text).ShouldBe((204, ""));
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/log?container=none")).Message.ShouldBe("container none is not valid for pod p");
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/log?tailLines=-1")).Message.ShouldBe("PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0");
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Get, $"{path}/p/portforward?ports=80")).ShouldSatisfyAllConditions(refused => refused.Code.ShouldBe(400), refused => refused.Message.ShouldBe("pod p does not have a host assigned"));
    }
}
