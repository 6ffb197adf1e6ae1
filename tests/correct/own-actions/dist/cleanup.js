console.log("clean up");
