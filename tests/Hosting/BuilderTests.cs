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
    public void A_parameter_comes_from_configuration_and_a_missing_one_says_where_it_belongs()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--operation", "run", "--Parameters:cloud_region", "eu-de"] });
        builder.AddParameter("cloud-region").Resource.Value.ShouldBe("eu-de");
        var missing = builder.AddParameter("api-key", secret: true).Resource;
        Should.Throw<DistributedApplicationException>(() => missing.Value).Message.ShouldContain("Parameters__api_key");
    }

    [Fact]
    public void Two_resources_of_one_name_are_refused()
    {
        var builder = Model.Empty();
        builder.AddShell("one", "true");
        Should.Throw<DistributedApplicationException>(() => builder.AddShell("One", "true")).Message.ShouldContain("One");
        Should.Throw<ArgumentException>(() => builder.AddShell("not a name", "true"));
    }
}
