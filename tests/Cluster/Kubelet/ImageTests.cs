using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Contracts;

namespace TempoCos.Cluster.Tests.Kubelet;

public sealed class ImageTests
{
    [Theory]
    [InlineData("nginx", "docker.io/library/nginx:latest")]
    [InlineData("grafana/tempo:2.10.8", "docker.io/grafana/tempo:2.10.8")]
    [InlineData("localhost:5000/one/two", "localhost:5000/one/two:latest")]
    [InlineData("quay.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "quay.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("Upper/Case", null)]
    [InlineData("two words", null)]
    [InlineData("name:", null)]
    public void A_name_is_read_as_a_runtime_reads_it(string text, string? full) => ImageReference.Parse(text)?.ToString().ShouldBe(full);

    [Theory]
    [InlineData("docker.io/grafana/tempo", true)]
    [InlineData("grafana/tempo", true)]
    [InlineData("*/tempo", true)]
    [InlineData("grafana/tempo-query", false)]
    [InlineData("tempo", false)]
    public void A_pattern_is_a_glob_over_the_name_without_its_tag(string pattern, bool matches) =>
        ImageReference.Parse("docker.io/grafana/tempo:2.10.8")!.Matches(pattern).ShouldBe(matches);

    [Theory]
    [InlineData("no equals sign")]
    [InlineData("=program")]
    [InlineData("pattern=")]
    [InlineData("pattern=docker:")]
    public void A_malformed_mapping_is_refused(string text) => Should.Throw<DiagnosticException>(() => ImageProgram.Parse(text)).Code.ShouldBe("TC938");

    [Fact]
    public async Task An_image_that_no_registry_has_backs_off_in_a_kubelets_words()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "", pod =>
        {
            pod.Spec.Containers[0].Command = null;
            pod.Spec.Containers[0].Image = "example.com/nobody/has:1";
        }));

        var waiting = await cluster.UntilAsync("one", "a back-off", pod => pod.State()?.Waiting?.Reason == "ImagePullBackOff");
        waiting.State()!.Waiting.Message.ShouldStartWith("Back-off pulling image \"example.com/nobody/has:1\": ErrImagePull: ");
        waiting.Status.Phase.ShouldBe("Pending");
        await cluster.EventAsync("one", "Pulling", "Pulling image \"example.com/nobody/has:1\"");
        await cluster.EventAsync("one", "Failed", "Failed to pull image \"example.com/nobody/has:1\": rpc error: code = NotFound");
        await cluster.EventAsync("one", "Failed", "Error: ErrImagePull");
        await cluster.EventAsync("one", "BackOff", "Back-off pulling image \"example.com/nobody/has:1\"");
        await cluster.EventAsync("one", "Failed", "Error: ImagePullBackOff");
    }

    [Theory]
    [InlineData("example.com/nobody/has:1", "Never", "ErrImageNeverPull")]
    [InlineData("Not A Name", "IfNotPresent", "InvalidImageName")]
    public async Task An_image_that_is_not_to_be_pulled_or_has_no_name_says_so(string image, string policy, string reason)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "", pod =>
        {
            pod.Spec.Containers[0].Command = null;
            pod.Spec.Containers[0].Image = image;
            pod.Spec.Containers[0].ImagePullPolicy = policy;
        }));

        await cluster.UntilAsync("one", reason, pod => pod.State()?.Waiting?.Reason == reason);
    }

    [Fact]
    public async Task An_image_is_the_program_that_the_options_name_and_none_is_missing_even_for_tempo()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Images = [ImageProgram.Parse("example.com/tools/*=/bin/echo"), ImageProgram.Parse("grafana/tempo=none")] });
        await cluster.CreateAsync(Pods.Shell("mapped", "", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Command = null;
            pod.Spec.Containers[0].Image = "example.com/tools/echo:2";
            pod.Spec.Containers[0].Args = ["said", "so"];
        }));
        await cluster.CreateAsync(Pods.Shell("tempo", "", pod =>
        {
            pod.Spec.Containers[0].Name = "tempo";
            pod.Spec.Containers[0].Command = null;
            pod.Spec.Containers[0].Image = "docker.io/grafana/tempo:0.0.0";
        }));

        await cluster.UntilAsync("mapped", "an end", pod => pod.Status?.Phase == "Succeeded");
        (await cluster.LogAsync("mapped")).ShouldBe("said so\n");
        await cluster.UntilAsync("tempo", "no image", pod => pod.State()?.Waiting?.Reason == "ImagePullBackOff");
    }

    [Fact]
    public async Task Root_is_refused_where_it_must_not_be()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "sleep 600", pod => pod.Spec.SecurityContext = new() { RunAsNonRoot = true, RunAsUser = 0 }));

        var waiting = await cluster.UntilAsync("one", "a refusal", pod => pod.State()?.Waiting?.Reason == "CreateContainerConfigError");
        waiting.State()!.Waiting.Message.ShouldStartWith("container's runAsUser breaks non-root policy (pod: \"one_default(");
    }
}
