namespace TempoCos.Hosting.Tests;

public sealed class BuilderTests
{
    [Theory]
    [InlineData("--operation", "publish")]
    [InlineData("publish")]
    public void Publishing_is_one_error_that_names_the_property(params string[] args) =>
        Should.Throw<DistributedApplicationException>(() => DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args }))
            .Message.ShouldContain("-p:AspireHosting=packages");

    [Fact]
    public void Running_is_the_other_operation() =>
        Should.NotThrow(() => DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--operation", "run"] }));

    [Fact]
    public void Two_resources_of_one_name_are_refused()
    {
        var builder = Model.Empty();
        builder.AddShell("one", "true");
        Should.Throw<DistributedApplicationException>(() => builder.AddShell("One", "true")).Message.ShouldContain("One");
        Should.Throw<ArgumentException>(() => builder.AddShell("not a name", "true"));
    }
}
