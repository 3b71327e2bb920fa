using System.Collections;
using Aspire.Hosting.Dcp;

namespace TempoCos.Hosting.Tests;

public sealed class AmbientVariablesTests
{
    [Theory]
    [InlineData("/elsewhere", "/home/you", "/elsewhere")]
    [InlineData(null, "/home/you", "/home/you")]
    [InlineData(null, "", null)]
    public void A_process_has_a_home_also_where_the_AppHost_has_none(string? given, string profile, string? expected)
    {
        var environment = new Hashtable { ["PATH"] = "/bin", ["SECRET"] = "x" };
        if (given is not null)
        {
            environment["HOME"] = given;
        }

        var passed = AmbientVariables.Of(environment, profile).ToDictionary();
        passed.GetValueOrDefault("HOME").ShouldBe(expected);
        passed["PATH"].ShouldBe("/bin");
        passed.ShouldNotContainKey("SECRET");
    }
}
